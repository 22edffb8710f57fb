#include "fuzz/frame_idioms.h"

namespace cow::fuzz {

using model::Access;

Ops collapse_after_fork(Scene& s) {
  const auto who = s.coin() ? s.child : s.parent;
  const auto other = who == s.child ? s.parent : s.child;
  const Pages all_of_it = {s.block, s.fan};
  const bool hinted = s.coin();
  Ops ops = after(filled(s, true), {split(s.parent, all_of_it), fork(s.parent, s.child),
                                    write(who, s.cpu(), s.page, 2, s.value())});
  ops[1].huge = hinted;
  if (s.coin()) ops.push_back(pin(who, s.page, Access::write));
  ops.push_back(collapse(who, all_of_it));
  if (s.coin()) ops.back().oom = 1;
  return after(
      ops, {write(other, s.cpu(), s.page, 3, s.value()), write(who, s.cpu(), s.block, 2, s.value()),
            read(other, s.cpu(), s.block, s.fan * s.page_bytes), fork(who, s.grandchild),
            write(s.grandchild, s.cpu(), s.page, 2, s.value())});
}

Ops migrate_what_is_shared(Scene& s) {
  const bool huge = s.coin();
  const Pages pages = huge && s.coin() ? Pages{s.block, s.fan} : Pages{s.page, 1};
  Ops ops = filled(s, huge);
  if (s.coin()) ops[1].sharing = model::Sharing::shared;
  return after(ops, {fork(s.parent, s.child), read(s.child, s.cpu(), s.page, 2),
                     migrate(s.coin() ? s.parent : s.child, pages),
                     write(s.child, s.cpu(), s.page, 2, s.value()), fork(s.child, s.grandchild),
                     migrate(s.parent, pages), compact(s.parent),
                     write(s.parent, s.cpu(), s.page, 2, s.value()),
                     write(s.grandchild, s.cpu(), s.page, 3, s.value())});
}

Ops merge_alike_pages(Scene& s) {
  const auto twin = s.page == s.block ? s.block + 1 : s.block;
  const auto value = s.value();
  const Pages all_of_it = {s.block, s.fan};
  Ops ops = {unmap(s.parent, all_of_it), map(s.parent, all_of_it, s.coin()),
             write(s.parent, s.cpu(), s.page, 3, value), write(s.parent, s.cpu(), twin, 3, value)};
  if (s.coin()) ops.push_back(fork(s.parent, s.child));
  if (s.coin()) ops.push_back(pin(s.parent, s.page, s.coin() ? Access::write : Access::read));
  ops.push_back(merge(s.parent, all_of_it));
  if (s.coin()) ops.push_back(migrate(s.parent, {s.page, 1}));
  if (s.coin()) ops.push_back(pageout(s.parent, {twin, 1}));
  if (s.coin()) ops.push_back(dontneed(s.parent, {twin, 1}));
  if (s.coin()) ops.push_back(unmerge(s.parent, {s.page, 1}));
  return after(ops, {write(s.parent, s.cpu(), s.page, 2, s.value()), merge(s.parent, all_of_it),
                     read(s.parent, s.cpu(), s.block, s.fan * s.page_bytes)});
}

Ops kernel_writes_after_fork(Scene& s) {
  const bool force = s.coin();
  const auto who = s.coin() ? s.parent : s.child;
  Ops ops = after(filled(s, s.coin()), {fork(s.parent, s.child)});
  if (force) ops.push_back(protect(who, {s.page, 1}, s.coin() ? Access::read : Access::none));
  return after(ops,
               {kernel_write(who, s.page, 3, s.value(), force),
                kernel_write(who, s.page, 2, s.value(), force),
                protect(who, {s.page, 1}, Access::write), write(who, s.cpu(), s.page, 1, s.value()),
                read(who == s.child ? s.parent : s.child, s.cpu(), s.page, s.page_bytes)});
}

Ops give_up_and_write(Scene& s) {
  const bool huge = s.coin();
  const Pages pages = huge ? Pages{s.block, s.fan} : Pages{s.page, 1};
  Ops ops = after(filled(s, huge), {give_up(s.parent, pages)});
  if (s.coin()) ops.push_back(pageout(s.parent, {s.page, 1}));
  if (s.coin()) ops.push_back(write(s.parent, s.cpu(), s.page, 2, s.value()));
  if (s.coin()) ops.push_back(kernel_write(s.parent, s.page, 3, s.value(), false));
  const auto who = s.coin() ? s.parent : s.child;
  const auto how = s.coin() ? migrate(s.parent, pages) : split(s.parent, pages);
  return after(ops, {fork(s.parent, s.child), how, pageout(who, pages),
                     read(s.parent, s.cpu(), pages.first, pages.count * s.page_bytes),
                     write(s.child, s.cpu(), s.page, 2, s.value()), pageout(s.child, pages)});
}

Ops guard_what_was_there(Scene& s) {
  const bool huge = s.coin();
  const Pages all = huge ? Pages{s.block, s.fan} : Pages{s.page, 1};
  const Pages part = huge && s.coin() ? all : Pages{s.page, 1};
  Ops ops = after(filled(s, huge), {guard(s.parent, part, true), fork(s.parent, s.child)});
  if (s.coin()) ops.push_back(dontneed(s.parent, all));
  if (s.coin()) ops.push_back(collapse(s.parent, all));
  const auto who = s.coin() ? s.parent : s.child;
  return after(ops, {write(who, s.cpu(), s.page, 2, s.value()),
                     kernel_write(who, s.page, 2, s.value(), s.coin()),
                     guard(s.parent, part, false), write(s.parent, s.cpu(), s.page, 2, s.value()),
                     read(s.child, s.cpu(), all.first, all.count * s.page_bytes)});
}

Ops clear_refs_and_write(Scene& s) {
  const bool huge = s.coin();
  const Pages all = huge ? Pages{s.block, s.fan} : Pages{s.page, 1};
  Ops ops = after(filled(s, huge), {clear_refs(s.parent, s.coin() ? all : Pages{s.page, 1})});
  if (s.coin()) ops.push_back(fork(s.parent, s.child));
  if (s.coin()) ops.push_back(protect(s.parent, all, Access::read));
  ops.push_back(protect(s.parent, all, Access::write));
  ops.push_back(write(s.parent, s.cpu(), s.page, 2, s.value()));
  ops.push_back(s.coin()   ? pageout(s.parent, all)
                : s.coin() ? migrate(s.parent, all)
                           : split(s.parent, all));
  return after(ops, {read(s.parent, s.cpu(), all.first, all.count * s.page_bytes),
                     fork(s.parent, s.grandchild), clear_refs(s.grandchild, all)});
}

Ops lend_and_return(Scene& s) {
  Ops ops = filled(s, s.coin());
  if (s.coin()) ops.push_back(pin(s.parent, s.page, model::Access::write));
  ops.push_back(vfork(s.parent, s.child));
  ops.push_back(write(s.child, s.cpu(), s.page, 2, s.value()));
  if (s.coin()) ops.push_back(fork(s.child, s.grandchild));
  ops.push_back(s.coin() ? exec(s.child) : exit(s.child));
  return after(ops, {write(s.parent, s.cpu(), s.page, 2, s.value()), wait(s.parent, s.child),
                     read(s.grandchild, s.cpu(), s.page, s.page_bytes)});
}

}  // namespace cow::fuzz
