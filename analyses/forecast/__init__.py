"""Thirteen weeks ahead: churned customers, MRR and tiers, and how good such forecasts were before."""
