"""Why a headline moved: its change by driver, by segment and by account, each adding up to it exactly."""
