/* The world of the scope "small" for SPIN: 3 processes, 2 pages of 4 KiB, 1 CPU; map, unmap,
 * protect, read, write, fork, exec and exit with copy-on-write; a full-copy reference and the
 * bounds of the law `frugal` beside it. What the explorer does with the real implementation, SPIN
 * does with this model: the rival of `./cowcheck bench --only explore`. It is easier for SPIN:
 * refused operations, page tables and the lists of free frames are left out. */
#define PROCS 3
#define PAGES 2
#define FRAMES 6 /* as many as can be in use */
#define AT(p, g) ((p) * PAGES + (g))

/* Of each process and page: */
byte area[6];    /* 0: not mapped, 1: readable, 2: writable */
byte frame[6];   /* of the entry, from 1; 0: not present */
bit writable[6]; /* the entry */
byte tlb[6];     /* 0: nothing cached, 1: for reading, 2: for writing */
byte shown[6];   /* the reference: the value that the process must see */
byte ready[6];   /* what will not fault: 0: nothing, 1: reading, 2: writing */
byte token[6];   /* pages can only share a frame while they carry one token; 0: no frame */
/* Of each frame, from 1: */
byte holders[7];
byte value[7];
bit alive[3];
byte i, f, v, g; /* scratch, 0 between operations */

inline take() { /* f: a free frame */
  f = 1;
  do
  :: holders[f] > 0 -> f++
  :: else -> break
  od;
  assert(f <= FRAMES);
  holders[f] = 1
}

inline put(x) {
  assert(holders[x] > 0);
  holders[x]--;
  if
  :: holders[x] == 0 -> value[x] = 0
  :: else
  fi
}

inline pick() { /* v: a value that is nowhere */
  v = 1;
  f = 1;
  do
  :: f > FRAMES -> break
  :: f <= FRAMES && value[f] == v -> v++; f = 1
  :: else -> f++
  od
}

inline own_token(p, x) { /* v: a token that nobody carries */
  v = 1;
  i = 0;
  do
  :: i == PROCS * PAGES -> break
  :: i < PROCS * PAGES && token[i] == v -> v++; i = 0
  :: else -> i++
  od;
  token[AT(p, x)] = v
}

inline alone(p, x) { /* i: how many other pages carry this page's token */
  i = 0;
  g = 0;
  do
  :: g == PROCS * PAGES -> break
  :: g < PROCS * PAGES && g != AT(p, x) && token[g] == token[AT(p, x)] -> i++; g++
  :: else -> g++
  od
}

inline faults(p, x, needed) { /* frugal: the page was not ready */
  assert(ready[AT(p, x)] < needed)
}

inline zap(p, x) {
  if
  :: frame[AT(p, x)] > 0 ->
     writable[AT(p, x)] = 0;
     tlb[AT(p, x)] = 0;
     put(frame[AT(p, x)]);
     frame[AT(p, x)] = 0
  :: else
  fi;
  area[AT(p, x)] = 0;
  shown[AT(p, x)] = 0;
  ready[AT(p, x)] = 0;
  token[AT(p, x)] = 0
}

inline read(p, x) {
  if
  :: frame[AT(p, x)] == 0 ->
     faults(p, x, 1);
     take();
     value[f] = 0;
     frame[AT(p, x)] = f;
     writable[AT(p, x)] = (area[AT(p, x)] == 2)
  :: else
  fi;
  if
  :: tlb[AT(p, x)] == 0 -> tlb[AT(p, x)] = 1 + writable[AT(p, x)]
  :: else
  fi;
  if
  :: ready[AT(p, x)] == 0 -> ready[AT(p, x)] = 1
  :: else
  fi;
  if
  :: token[AT(p, x)] == 0 -> own_token(p, x)
  :: else
  fi;
  assert(value[frame[AT(p, x)]] == shown[AT(p, x)])
}

inline write(p, x) {
  if
  :: tlb[AT(p, x)] != 2 ->
     if
     :: frame[AT(p, x)] == 0 ->
        faults(p, x, 2);
        take();
        frame[AT(p, x)] = f
     :: frame[AT(p, x)] > 0 && !writable[AT(p, x)] && holders[frame[AT(p, x)]] > 1 ->
        faults(p, x, 2);
        alone(p, x);
        assert(i > 0); /* frugal: the copy is needed */
        take();
        value[f] = value[frame[AT(p, x)]];
        put(frame[AT(p, x)]);
        frame[AT(p, x)] = f
     :: frame[AT(p, x)] > 0 && !writable[AT(p, x)] && holders[frame[AT(p, x)]] == 1 ->
        faults(p, x, 2)
     :: else
     fi;
     writable[AT(p, x)] = 1;
     tlb[AT(p, x)] = 2
  :: else
  fi;
  pick();
  value[frame[AT(p, x)]] = v;
  shown[AT(p, x)] = v;
  ready[AT(p, x)] = 2;
  alone(p, x);
  if
  :: token[AT(p, x)] == 0 || i > 0 -> own_token(p, x)
  :: else
  fi
}

inline protect(p, x, access) {
  area[AT(p, x)] = access;
  ready[AT(p, x)] = 0;
  tlb[AT(p, x)] = 0;
  writable[AT(p, x)] =
    (access == 2 && frame[AT(p, x)] > 0 && holders[frame[AT(p, x)]] == 1)
}

inline fork(p, c) {
  alive[c] = 1;
  g = 0;
  do
  :: g < PAGES ->
     area[AT(c, g)] = area[AT(p, g)];
     shown[AT(c, g)] = shown[AT(p, g)];
     tlb[AT(p, g)] = 0;
     token[AT(c, g)] = token[AT(p, g)];
     if
     :: ready[AT(p, g)] == 2 -> ready[AT(p, g)] = 1
     :: else
     fi;
     if
     :: frame[AT(p, g)] > 0 ->
        writable[AT(p, g)] = 0;
        frame[AT(c, g)] = frame[AT(p, g)];
        holders[frame[AT(p, g)]]++
     :: else
     fi;
     g++
  :: else -> break
  od
}

/* The laws: isolation, sole-writer, tlb-coherent, exact-count. */
inline audit() {
  f = 1;
  do
  :: f <= FRAMES ->
     v = 0;
     i = 0;
     do
     :: i < PROCS * PAGES ->
        if
        :: frame[i] == f ->
           v++;
           assert(value[f] == shown[i]);
           assert(!writable[i] || (holders[f] == 1 && area[i] == 2));
           assert(tlb[i] != 2 || writable[i])
        :: frame[i] == 0 -> assert(tlb[i] == 0 && shown[i] == 0)
        :: else
        fi;
        i++
     :: else -> break
     od;
     assert(v == holders[f]);
     f++
  :: else -> break
  od;
  i = 0; f = 0; v = 0; g = 0
}

#define PAGE_OPS(p, x)                                                              \
  :: d_step { alive[p] && area[AT(p, x)] == 0 -> area[AT(p, x)] = 2; audit() }      \
  :: d_step { alive[p] && area[AT(p, x)] > 0 -> read(p, x); audit() }               \
  :: d_step { alive[p] && area[AT(p, x)] == 2 -> write(p, x); audit() }             \
  :: d_step { alive[p] && area[AT(p, x)] > 0 -> zap(p, x); audit() }                \
  :: d_step { alive[p] && area[AT(p, x)] > 0 -> protect(p, x, 1); audit() }         \
  :: d_step { alive[p] && area[AT(p, x)] > 0 -> protect(p, x, 2); audit() }

#define PROCESS_OPS(p, q, r)                                                        \
  PAGE_OPS(p, 0)                                                                    \
  PAGE_OPS(p, 1)                                                                    \
  :: d_step { alive[p] && !alive[q] -> fork(p, q); audit() }                        \
  :: d_step { alive[p] && !alive[r] -> fork(p, r); audit() }                        \
  :: d_step { alive[p] -> zap(p, 0); zap(p, 1); audit() }                           \
  :: d_step { alive[p] -> zap(p, 0); zap(p, 1); alive[p] = 0; audit() }

active proctype world() {
  alive[0] = 1;
  do
  PROCESS_OPS(0, 1, 2)
  PROCESS_OPS(1, 0, 2)
  PROCESS_OPS(2, 0, 1)
  od
}
