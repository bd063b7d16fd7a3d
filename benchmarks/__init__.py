"""What the figures in the documentation were measured with; no part of the product."""
