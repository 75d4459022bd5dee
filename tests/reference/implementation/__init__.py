"""A slow second implementation of the metrics, written from their definitions alone.

It shares no code with the product and favours plain loops over speed: its only purpose is to
disagree when the product is wrong.
"""
