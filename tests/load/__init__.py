"""What the app can carry: visitors that speak its protocol and click, and what that costs."""
