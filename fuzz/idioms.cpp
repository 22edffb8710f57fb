#include "fuzz/idioms.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "fuzz/frame_idioms.h"
#include "fuzz/idiom_parts.h"

namespace cow::fuzz {

using model::Access;
using model::Reference;

namespace {

/// A process of the wanted state from a random one on that is none of the two; else that random
/// one.
std::uint8_t draw_process(const Reference& now, props::Random& random, bool alive, int not_a = -1,
                          int not_b = -1) {
  const auto procs = now.world().procs;
  const auto start = random.below(procs);
  for (std::uint32_t i = 0; i < procs; ++i) {
    const auto p = (start + i) % procs;
    const auto n = static_cast<int>(p);
    if (now.alive(p) == alive && n != not_a && n != not_b) return static_cast<std::uint8_t>(p);
  }
  return static_cast<std::uint8_t>(start);
}

Ops child_writes(Scene& s) {
  const bool child = s.coin();
  const auto writer = child ? s.child : s.parent;
  const auto reader = child ? s.parent : s.child;
  return after(filled(s, s.coin()),
               {fork(s.parent, s.child), write(writer, s.cpu(), s.page, 2, s.value()),
                read(reader, s.cpu(), s.page, s.page_bytes)});
}

/// Every CPU holds a writable translation when the fork takes the permission away.
Ops hot_translations(Scene& s) {
  Ops ops = filled(s, s.coin());
  for (std::uint32_t c = 0; c < s.cpus(); ++c) {
    ops.push_back(write(s.parent, static_cast<std::uint8_t>(c), s.page, 1, s.value()));
  }
  ops.push_back(fork(s.parent, s.child));
  for (std::uint32_t c = 0; c < s.cpus(); ++c) {
    ops.push_back(write(s.parent, static_cast<std::uint8_t>(c), s.page, 1, s.value()));
  }
  ops.push_back(read(s.child, s.cpu(), s.page, s.page_bytes));
  return ops;
}

Ops parent_exits(Scene& s) {
  return after(filled(s, s.coin()), {fork(s.parent, s.child), exit(s.parent),
                                     write(s.child, s.cpu(), s.page, 3, s.value()),
                                     read(s.child, s.cpu(), s.page, s.page_bytes)});
}

Ops protect_and_back(Scene& s) {
  const Pages one = {s.page, 1};
  Ops ops = filled(s, s.coin());
  ops.push_back(protect(s.parent, one, s.coin() ? Access::read : Access::none));
  if (s.coin()) ops.push_back(fork(s.parent, s.child));
  return after(
      ops, {protect(s.parent, one, Access::write), write(s.parent, s.cpu(), s.page, 2, s.value()),
            read(s.child, s.cpu(), s.page, s.page_bytes)});
}

Ops partial_unmap(Scene& s) {
  return after(filled(s, true), {fork(s.parent, s.child), unmap(s.parent, {s.page, 1}),
                                 write(s.parent, s.cpu(), s.block, s.page_bytes, s.value()),
                                 read(s.child, s.cpu(), s.block, s.fan * s.page_bytes)});
}

Ops upgraded_huge_page(Scene& s) {
  const Pages block = {s.block, s.fan};
  return after(filled(s, true),
               {protect(s.parent, block, Access::read), protect(s.parent, block, Access::write),
                write(s.parent, s.cpu(), s.page, 1, s.value())});
}

Ops three_generations(Scene& s) {
  return after(filled(s, s.coin()), {fork(s.parent, s.child), fork(s.child, s.grandchild),
                                     s.coin() ? exit(s.child) : exec(s.child),
                                     write(s.grandchild, s.cpu(), s.page, 2, s.value()),
                                     read(s.parent, s.cpu(), s.page, s.page_bytes)});
}

/// As many sharers of one page as there are names, who then leave or write one after another.
Ops many_sharers(Scene& s) {
  Ops ops = filled(s, s.coin());
  for (const std::uint8_t p : s.names()) {
    if (p != s.parent) ops.push_back(fork(s.parent, p));
  }
  for (const std::uint8_t p : s.names()) {
    ops.push_back(s.coin() ? exit(p) : write(p, s.cpu(), s.page, 1, s.value()));
  }
  return ops;
}

Ops shared_memory(Scene& s) {
  model::Op shared = map(s.parent, {s.page, 1});
  shared.sharing = model::Sharing::shared;
  return {unmap(s.parent, {s.page, 1}), shared, fork(s.parent, s.child),
          write(s.child, s.cpu(), s.page, 4, s.value()),
          read(s.parent, s.cpu(), s.page, s.page_bytes)};
}

Ops failing_fork(Scene& s) {
  Ops ops = filled(s, s.coin());
  model::Op failing = fork(s.parent, s.child);
  failing.oom = static_cast<std::uint8_t>(s.random().between(1, 5));
  return after(ops, {failing, write(s.parent, s.cpu(), s.page, 1, s.value()),
                     fork(s.parent, s.child), write(s.parent, s.cpu(), s.page, 1, s.value())});
}

/// Memory that was another's is mapped again and must read as zeroes.
Ops recycled_memory(Scene& s) {
  return after(filled(s, s.coin()), {fork(s.parent, s.child), exec(s.child), exec(s.parent),
                                     map(s.child, {s.block, s.fan}, s.coin()),
                                     write(s.child, s.cpu(), s.page, 1, s.value()),
                                     read(s.child, s.cpu(), s.block, s.fan * s.page_bytes)});
}

Access any_pin(Scene& s) { return s.coin() ? Access::write : Access::read; }

/// The device must keep the frame that its owner sees, whoever writes first after the fork.
Ops pin_across_fork(Scene& s) {
  const auto writer = s.coin() ? s.parent : s.child;
  return after(filled(s, s.coin()),
               {unpin(s.parent), pin(s.parent, s.page, Access::write), fork(s.parent, s.child),
                write(writer, s.cpu(), s.page, 2, s.value()), device_read(s.parent, s.page_bytes),
                device_write(s.parent, 4, s.value()), read(s.parent, s.cpu(), s.page, 4),
                read(s.child, s.cpu(), s.page, 4)});
}

/// What is shared already must be parted before a device may look at it.
Ops pin_after_fork(Scene& s) {
  const bool child = s.coin();
  const auto owner = child ? s.child : s.parent;
  const auto other = child ? s.parent : s.child;
  return after(filled(s, s.coin()),
               {fork(s.parent, s.child), unpin(owner), pin(owner, s.page, any_pin(s)),
                s.coin() ? exit(other) : write(other, s.cpu(), s.page, 2, s.value()),
                write(owner, s.cpu(), s.page, 3, s.value()), device_read(owner, s.page_bytes)});
}

/// The page goes, the pin stays; then its frame must not become anybody else's.
Ops pin_outlives_page(Scene& s) {
  const Pages one = {s.page, 1};
  Ops ops =
      after(filled(s, s.coin()),
            {unpin(s.parent), pin(s.parent, s.page, Access::write),
             s.coin() ? dontneed(s.parent, one) : unmap(s.parent, one), fork(s.parent, s.child),
             unmap(s.parent, {s.other_block, 1}), map(s.parent, {s.other_block, 1}),
             write(s.parent, s.cpu(), s.other_block, s.page_bytes, s.value()),
             device_write(s.parent, 4, s.value()), device_read(s.parent, s.page_bytes)});
  if (s.coin()) ops.push_back(unpin(s.parent));
  return ops;
}

/// A part of a huge page goes where it is aligned otherwise, or a whole one where it is not.
Ops remap_huge_page(Scene& s) {
  const Pages half = {s.block + (s.coin() ? s.fan / 2 : 0), s.fan / 2};
  const bool whole = s.coin();
  Ops ops = filled(s, true);
  if (s.coin()) ops.push_back(fork(s.parent, s.child));
  return after(ops,
               {unmap(s.parent, {s.other_block, s.fan}),
                remap(s.parent, whole ? Pages{s.block, s.fan} : half, s.other_block),
                write(s.parent, s.cpu(), s.other_block, s.page_bytes, s.value()),
                write(s.parent, s.cpu(), s.page, 2, s.value()),
                read(s.child, s.cpu(), s.block, s.fan * s.page_bytes), fork(s.parent, s.grandchild),
                write(s.grandchild, s.cpu(), s.other_block, 2, s.value())});
}

Ops dontneed_after_fork(Scene& s) {
  const bool child = s.coin(), huge = s.coin();
  const auto who = child ? s.child : s.parent;
  const auto other = child ? s.parent : s.child;
  const Pages pages = huge && s.coin() ? Pages{s.block, s.fan} : Pages{s.page, 1};
  return after(
      filled(s, huge),
      {fork(s.parent, s.child), dontneed(who, pages), read(who, s.cpu(), s.page, s.page_bytes),
       write(other, s.cpu(), s.page, 2, s.value()), write(who, s.cpu(), s.page, 3, s.value())});
}

/// A page goes to swap before the fork or behind it, by one of them or by both; then who writes
/// first must not reach the other, be the page in a slot, in the swap cache or in memory.
Ops swap_across_fork(Scene& s) {
  const Pages one = {s.page, 1};
  const bool child = s.coin();
  const auto writer = child ? s.child : s.parent;
  const auto other = child ? s.parent : s.child;
  Ops ops = filled(s, s.coin());
  if (s.coin()) ops.push_back(pageout(s.parent, one));
  ops.push_back(fork(s.parent, s.child));
  ops.push_back(pageout(s.coin() ? writer : other, one));
  if (s.coin()) ops.push_back(pageout(other, one));
  if (s.coin()) ops.push_back(read(other, s.cpu(), s.page, s.page_bytes));
  return after(
      ops, {write(writer, s.cpu(), s.page, 2, s.value()), s.coin() ? swapoff(other) : exit(writer),
            read(other, s.cpu(), s.page, s.page_bytes)});
}

/// What a device keeps must not go away from it.
Ops pin_across_swap(Scene& s) {
  const Pages one = {s.page, 1};
  Ops ops = filled(s, s.coin());
  if (s.coin()) ops.push_back(pageout(s.parent, one));
  return after(ops, {unpin(s.parent), pin(s.parent, s.page, any_pin(s)), pageout(s.parent, one),
                     fork(s.parent, s.child), write(s.parent, s.cpu(), s.page, 2, s.value()),
                     device_read(s.parent, s.page_bytes)});
}

/// One page of a range is not for the child, or is to be fresh there.
Ops advice_across_fork(Scene& s) {
  const bool wipes = s.coin();
  const auto advice = wipes ? model::Advice::wipeonfork : model::Advice::dontfork;
  const auto back = wipes ? model::Advice::keeponfork : model::Advice::dofork;
  const Pages one = {s.page, 1};
  return after(filled(s, s.coin()),
               {advise(s.parent, one, advice), fork(s.parent, s.child),
                wipes ? write(s.child, s.cpu(), s.page, 2, s.value()) : map(s.child, one),
                write(s.parent, s.cpu(), s.page, 2, s.value()), advise(s.parent, one, back),
                fork(s.parent, s.grandchild), read(s.grandchild, s.cpu(), s.page, s.page_bytes)});
}

constexpr std::array all = {
    Idiom{"one of two writes after fork", child_writes},
    Idiom{"translations are hot at fork", hot_translations},
    Idiom{"parent exits, child writes", parent_exits},
    Idiom{"protect and back", protect_and_back},
    Idiom{"partial unmap of a shared huge page", partial_unmap},
    Idiom{"huge page becomes writable again", upgraded_huge_page},
    Idiom{"three generations", three_generations},
    Idiom{"many sharers", many_sharers},
    Idiom{"shared memory across fork", shared_memory},
    Idiom{"fork fails, then succeeds", failing_fork},
    Idiom{"memory is recycled", recycled_memory},
    Idiom{"a pin across a fork", pin_across_fork},
    Idiom{"a pin after a fork", pin_after_fork},
    Idiom{"a pin outlives its page", pin_outlives_page},
    Idiom{"remap of a huge page", remap_huge_page},
    Idiom{"dontneed after a fork", dontneed_after_fork},
    Idiom{"kernel writes after a fork", kernel_writes_after_fork},
    Idiom{"advice across forks", advice_across_fork},
    Idiom{"collapse after a fork", collapse_after_fork},
    Idiom{"migration of what is shared", migrate_what_is_shared},
    Idiom{"merge of pages that are alike", merge_alike_pages},
    Idiom{"swap across a fork", swap_across_fork},
    Idiom{"a pin across swap", pin_across_swap},
    Idiom{"given up and written again", give_up_and_write},
    Idiom{"guards where something was", guard_what_was_there},
    Idiom{"written since it was asked", clear_refs_and_write},
    Idiom{"memory is lent and comes back", lend_and_return},
};

}  // namespace

Scene::Scene(const Reference& now, props::Random& random)
    : parent(draw_process(now, random, true)),
      child(draw_process(now, random, false, parent)),
      grandchild(draw_process(now, random, false, parent, child)),
      fan(model::huge_pages(now.world().geometry)),
      page_bytes(model::page_bytes(now.world().geometry)),
      block(random.below(now.world().pages / fan) * fan),
      page(block + random.below(fan)),
      other_block((block + fan) % now.world().pages),
      random_(random),
      cpus_(now.world().cpus),
      procs_(now.world().procs) {}

std::vector<std::uint8_t> Scene::names() const {
  std::vector<std::uint8_t> all_names(procs_);
  std::iota(all_names.begin(), all_names.end(), std::uint8_t{0});
  return all_names;
}

std::span<const Idiom> idioms() { return all; }

Ops draw_idiom(const Reference& now, props::Random& random) {
  Scene scene(now, random);
  Ops ops = all[random.below(all.size())].tell(scene);
  if (random.one_in(6)) {
    model::Op& op = ops[random.below(static_cast<std::uint32_t>(ops.size()))];
    op.oom = static_cast<std::uint8_t>(random.between(1, 5));
  }
  return ops;
}

}  // namespace cow::fuzz
