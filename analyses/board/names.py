"""The five numbers that a board pack opens with, as a sentence names them."""

HEADLINES = {
    "churn_logo": "customer churn",
    "ret_nrr": "net revenue retention",
    "vel_pipeline": "sales velocity",
    "ltv_km": "lifetime value",
    "adv_net": "net advocacy",
}
