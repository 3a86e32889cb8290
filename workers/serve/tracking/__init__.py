"""What browsers and servers tell of the job site: requests become interactions, or are refused."""
