"""What an episode would run or contact, and what the person has allowed."""
