/* The stand-in has no user programs; the driver wants to see this file in any tree. */
