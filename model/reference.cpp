#include "model/reference.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

namespace cow::model {

Reference::Reference(const World& world, std::uint32_t pages)
    : world_(world), page_bytes_(model::page_bytes(world.geometry)) {
  if (!complaint(world).empty()) throw std::invalid_argument(std::string(complaint(world)));
  world_.pages = pages;
  pages_ = FixedArray<Page>(std::size_t{world.procs} * (pages + max_pins));
  file_pages_ = pages * (world.pool > 0 ? 2 : 1);
  bytes_ = FixedArray<std::uint8_t>((pages_.size() + file_pages_) * page_bytes_);
  std::ranges::fill(pages_, Page{});
  reset();
}

void Reference::reset() {
  for (std::uint32_t proc = 0; proc < world_.procs; ++proc) {
    processes_[proc].lender = nobody;
    if (alive(proc)) end(proc);
    processes_[proc] = {.alive = proc == 0};
  }
  next_object_ = file_object + 1;
  if (std::exchange(file_written_, false)) {
    std::fill_n(data(file_at(0)), file_pages_ * page_bytes_, std::uint8_t{0});
  }
}

Answer Reference::perform(const Op& op) {
  const Status status = check(op);
  if (status != Status::ok) return {status, {}};
  if (takes_pages(op.kind)) perform_on_pages(op);
  if (is_store(op.kind) || op.kind == Kind::device_write) write(op);
  if (op.kind == Kind::pin) pin_page(op);
  if (op.kind == Kind::unpin) unpin(op.proc, op.pin);
  if (begets(op.kind)) fork(op);
  if (op.kind == Kind::exec || op.kind == Kind::exit) end(op.proc);
  if (op.kind == Kind::exit) {
    processes_[op.proc].alive = false;
    for (Process& child : processes_) {
      if (child.parent == op.proc) child.parent = nobody;
    }
  }
  if (op.kind == Kind::wait) processes_[op.child].parent = nobody;
  if (!answers_bytes(op.kind)) return {status, {}};
  // a process's pages lie side by side, so any range is one span
  return {status, {data(shown_at(op)) + op.offset, op.length}};
}

void Reference::perform_on_pages(const Op& op) {
  if (is_hint(op.kind) || op.kind == Kind::pageout) return;  // there are no frames here
  if (op.kind == Kind::map) return map(op);
  if (op.kind == Kind::unmap) return drop(op.proc, op.page, op.count);
  if (op.kind == Kind::remap) return remap(op);
  if (drops(op.kind)) return drop_contents(op);
  for (std::uint32_t i = 0; i < op.count; ++i) {
    Page& page = edit(op.proc, op.page + i);
    if (op.kind == Kind::protect) page.access = op.access;
    if (op.kind == Kind::free) page.given_up = true;
    if (op.kind == Kind::wp || op.kind == Kind::unwp) page.wp = op.kind == Kind::wp && !page.guard;
    if (op.kind == Kind::unguard) page.guard = false;
    if (op.kind == Kind::clear_refs)
      page.clean = page.sharing == Sharing::private_ && (!page.fresh || shows_file(page));
    if (op.kind != Kind::advise) continue;
    const bool on = op.advice == Advice::dontfork || op.advice == Advice::wipeonfork;
    (op.advice < Advice::wipeonfork ? page.dontfork : page.wipeonfork) = on;
  }
}

void Reference::restore_at(std::size_t at, const Page& saved, std::span<const std::uint8_t> bytes) {
  pages_[at] = saved;
  std::ranges::copy(bytes, data(at));
  next_object_ = std::max(next_object_, saved.object + 1);
}

void Reference::restore_file(std::uint32_t page_number, std::span<const std::uint8_t> bytes) {
  std::ranges::copy(bytes, data(file_at(page_number)));
  file_written_ = true;
}

void Reference::map(const Op& op) {
  Page fresh{.mapped = true, .access = op.access, .sharing = op.sharing, .huge = op.huge};
  fresh.file = op.file;
  fresh.hugetlb = op.hugetlb;
  fresh.huge |= op.hugetlb;
  fresh.reserved = op.hugetlb && op.sharing == Sharing::private_;
  if (op.sharing == Sharing::shared && !op.file) fresh.object = next_object_++;
  for (std::uint32_t i = 0; i < op.count; ++i) {
    if (op.sharing == Sharing::shared) fresh.number = op.page + i;
    if (op.file) fresh.number = op.to + i + (op.hugetlb ? world_.pages : 0);
    edit(op.proc, op.page + i) = fresh;
    if (op.file) show_file(op.proc, op.page + i, fresh);
  }
}

/// The page shows the file, whatever was there.
void Reference::show_file(std::uint32_t proc, std::uint32_t page_number, Page as) {
  as.fresh = false;
  as.object = file_object;
  edit(proc, page_number) = as;
  std::ranges::copy(file(as.number), data(at(proc, page_number)));
}

void Reference::remap(const Op& op) {
  for (std::uint32_t i = 0; i < op.count; ++i) {
    edit(op.proc, op.to + i) = page(op.proc, op.page + i);
    edit(op.proc, op.to + i).wp = false;
    std::ranges::copy(bytes(op.proc, op.page + i), data(at(op.proc, op.to + i)));
  }
  drop(op.proc, op.page, op.count);
}

/// Shared pages stay what they are: whoever looks next finds them again.
void Reference::drop_contents(const Op& op) {
  for (std::uint32_t p = op.page; p < op.page + op.count; ++p) {
    Page kept = page(op.proc, p);
    if (kept.sharing == Sharing::shared) continue;
    kept.reserved = kept.given_up = kept.wp = kept.clean = false;
    kept.guard |= op.kind == Kind::guard;
    renew(op.proc, p, kept);
    if (kept.file && !kept.lost) show_file(op.proc, p, kept);
  }
}

void Reference::lose(std::uint32_t proc, std::uint32_t page_number) {
  Page kept = page(proc, page_number);
  kept.lost = true;
  renew(proc, page_number, kept);
}

/// As if it were mapped like that just now.
void Reference::renew(std::uint32_t proc, std::uint32_t page_number, Page as) {
  drop(proc, page_number, 1);
  as.fresh = true;
  as.object = 0;
  edit(proc, page_number) = as;
}

void Reference::make_own(std::uint32_t proc, std::uint32_t page_number) {
  const auto unit = page(proc, page_number).hugetlb ? huge_pages(world_.geometry) : 1;
  const auto first = page_number - page_number % unit;
  for (auto p = first; p < first + unit; ++p) {
    if (shows_file(page(proc, p))) edit(proc, p).object = 0;
  }
}

void Reference::drop(std::uint32_t proc, std::uint32_t first, std::uint32_t count) {
  for (std::uint32_t p = first; p < first + count; ++p) {
    if (!page(proc, p).fresh) std::fill_n(data(at(proc, p)), page_bytes_, std::uint8_t{0});
    edit(proc, p) = Page{};
  }
}

/// It has nothing any more. What was lent to it goes back.
void Reference::end(std::uint32_t proc) {
  for (std::uint32_t pin = 0; pin < max_pins; ++pin) unpin(proc, pin);
  const auto lender = std::exchange(processes_[proc].lender, nobody);
  if (lender == nobody) return drop(proc, 0, world_.pages);
  exchange(proc, lender);
  processes_[lender].waits = false;
}

/// Where the bytes begin that the operation goes to: the device's are a page more.
std::size_t Reference::shown_at(const Op& op) const {
  return shape(op.kind).pin ? pin_at(op.proc, op.pin) : at(op.proc, op.page);
}

/// Every page is the process's own first; then it is written page by page, since two of them may
/// show the same page of the file: the last one counts.
void Reference::write(const Op& op) {
  const auto pages = (op.offset + op.length - 1) / page_bytes_;
  for (std::uint32_t i = 0; is_store(op.kind) && i <= pages; ++i) make_own(op.proc, op.page + i);
  for (std::uint32_t done = 0; done < op.length;) {
    const auto offset = (op.offset + done) % page_bytes_;
    const auto count = std::min(page_bytes_ - offset, op.length - done);
    const auto written = shown_at(op) + (op.offset + done) / page_bytes_;
    for (auto i = offset; i < offset + count; ++i) {
      data(written)[i] = static_cast<std::uint8_t>(op.value + done++);
    }
    Page& page = pages_[written];
    page.fresh = page.given_up = page.clean = false;
    if (page.object != 0) share(page.object, page.number, data(written));
  }
}

/// From now on the page and the pin show the same bytes, whoever writes them.
void Reference::pin_page(const Op& op) {
  make_own(op.proc, op.page);
  Page& page = edit(op.proc, op.page);
  if (page.object == 0) page.object = next_object_++;
  page.given_up = false;
  const Page held{
      .fresh = false, .access = op.access, .object = page.object, .number = page.number};
  restore_pin(op.proc, op.pin, held, bytes(op.proc, op.page));
}

void Reference::unpin(std::uint32_t proc, std::uint32_t pin) {
  const Page held = std::exchange(pages_[pin_at(proc, pin)], Page{});
  if (held.access == Access::none) return;
  std::fill_n(data(pin_at(proc, pin)), page_bytes_, std::uint8_t{0});
  if (held.object == file_object) return;
  for (auto other = pin_at(0, 0); other < pages_.size(); ++other) {
    if (pages_[other].object == held.object) return;
  }
  for (Page& page : pages_) {  // a private page that no pin names is like any other again
    if (page.object == held.object && page.sharing == Sharing::private_) page.object = 0;
  }
}

/// Brings every other copy of a page, pins too, up to date with the one that was just written.
void Reference::share(std::uint32_t object, std::uint32_t number, const std::uint8_t* bytes) {
  for (std::size_t i = 0; i < pages_.size(); ++i) {
    if (pages_[i].object != object || pages_[i].number != number) continue;
    pages_[i].fresh = pages_[i].given_up = false;
    pages_[i].clean = pages_[i].clean && shows_file(pages_[i]);  // else it is its own
    if (data(i) != bytes) std::copy_n(bytes, page_bytes_, data(i));
  }
  if (object == file_object) restore_file(number, {bytes, page_bytes_});
}

/// All that the one has the other gets.
void Reference::exchange(std::uint32_t one, std::uint32_t other) {
  for (std::uint32_t p = 0; p < world_.pages; ++p) {
    if (!page(one, p).fresh || !page(other, p).fresh)
      std::swap_ranges(data(at(one, p)), data(at(one, p) + 1), data(at(other, p)));
    std::swap(edit(one, p), edit(other, p));
  }
}

void Reference::fork(const Op& op) {
  const auto parent = op.proc, child = op.child;
  const bool lends = processes_[parent].waits = op.kind == Kind::vfork;
  processes_[child] = {.alive = true, .parent = parent, .lender = lends ? parent : nobody};
  if (lends) return exchange(parent, child);
  for (std::uint32_t p = 0; p < world_.pages; ++p) {
    Page inherited = page(parent, p);
    inherited.wp = false;
    if (inherited.dontfork) continue;  // the dead child's pages are unmapped, their bytes zeroes
    if (inherited.sharing == Sharing::private_ && !shows_file(inherited)) inherited.object = 0;
    if (inherited.wipeonfork) {
      inherited.fresh = true;
      inherited.given_up = inherited.guard = inherited.clean = false;
    }
    inherited.reserved = false;
    edit(child, p) = inherited;
    if (!inherited.fresh) std::ranges::copy(bytes(parent, p), data(at(child, p)));
  }
}

}  // namespace cow::model
