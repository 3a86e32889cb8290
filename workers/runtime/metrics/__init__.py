"""What every process of the fleet says of itself: metrics by subject, and whether it is alive and ready."""
