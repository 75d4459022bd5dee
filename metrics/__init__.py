"""Metrics: one SQL file each in definitions/, read by the registry, evaluated by the engine."""
