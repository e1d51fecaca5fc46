"""The queue of takes to make, the workers that make them, and the store that keeps them."""
