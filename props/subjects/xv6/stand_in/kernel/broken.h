/* What is wrong with this kernel: the tests write another number here. */
#define SOUND 0
#define WRITES_SHARED 1 /* a write does not copy the frame that others share */
#define LEAKS 2         /* an exit keeps a frame */
#define PANICS 3        /* at the second fork */
#define HANGS 4         /* at the second fork, with interrupts off */
#define KILLS 5         /* who writes to a shared frame */
#define FREES_TWICE 6   /* the count of a frame goes down too far at an exit */
#define PANICS_AT_BOOT 7
#define WANTS_MEMORY 8 /* does not come up with less than 16 MiB */
#define BROKEN SOUND
