/* The driver makes it small in its copy; here it only counts how many frames there are. */
#define KERNBASE 0x80000000L
#define PHYSTOP (KERNBASE + 128 * 1024 * 1024)
