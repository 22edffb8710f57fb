#include "model/reference.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace cow::model {

namespace {

constexpr bool allows(const Page& page, Kind kind) {
  if (!page.mapped || page.access == Access::none) return false;
  return kind == Kind::read || page.access == Access::write;
}

}  // namespace

Reference::Reference(const World& world) : Reference(world, world.pages) {}

Reference::Reference(const World& world, std::uint32_t pages)
    : world_(world), page_bytes_(model::page_bytes(world.geometry)) {
  if (!complaint(world).empty()) throw std::invalid_argument(std::string(complaint(world)));
  world_.pages = pages;
  pages_.resize(std::size_t{world.procs} * pages);
  bytes_.resize(pages_.size() * page_bytes_);
  reset();
}

void Reference::reset() {
  for (std::uint32_t proc = 0; proc < world_.procs; ++proc) {
    if (alive(proc)) drop(proc, 0, world_.pages);
  }
  alive_ = 1;
  next_object_ = 1;
}

Status Reference::check(const Op& op) const {
  if (op.proc >= world_.procs || !alive(op.proc)) return Status::no_process;
  if (takes_pages(op.kind)) return check_pages(op);
  if (is_access(op.kind)) return check_access(op);
  if (op.kind == Kind::fork) {
    if (op.child >= world_.procs) return Status::bad_range;
    if (alive(op.child)) return Status::busy;
  }
  return Status::ok;
}

Status Reference::check_pages(const Op& op) const {
  const std::uint64_t end = std::uint64_t{op.page} + op.count;
  if (op.count == 0 || end > world_.pages) return Status::bad_range;
  for (std::uint32_t p = op.page; p < end; ++p) {
    const bool mapped = page(op.proc, p).mapped;
    if (op.kind == Kind::map && mapped) return Status::occupied;
    if (op.kind == Kind::protect && !mapped) return Status::not_mapped;
  }
  return Status::ok;
}

Status Reference::check_access(const Op& op) const {
  const std::uint64_t begin = std::uint64_t{op.page} * page_bytes_ + op.offset;
  const std::uint64_t end = begin + op.length;
  const std::uint64_t world_end = std::uint64_t{world_.pages} * page_bytes_;
  if (op.length == 0 || op.cpu >= world_.cpus || end > world_end) return Status::bad_range;
  for (auto p = static_cast<std::uint32_t>(begin / page_bytes_);
       p * std::uint64_t{page_bytes_} < end; ++p) {
    if (!allows(page(op.proc, p), op.kind)) return Status::segfault;
  }
  return Status::ok;
}

Answer Reference::perform(const Op& op) {
  const Status status = check(op);
  if (status != Status::ok) return {status, {}};
  switch (op.kind) {
    case Kind::map:
      map(op);
      break;
    case Kind::unmap:
      drop(op.proc, op.page, op.count);
      break;
    case Kind::protect:
      for (std::uint32_t i = 0; i < op.count; ++i) edit(op.proc, op.page + i).access = op.access;
      break;
    case Kind::read:  // a process's pages lie side by side, so any range is one span
      return {status, {data(op.proc, op.page) + op.offset, op.length}};
    case Kind::write:
      write(op);
      break;
    case Kind::fork:
      fork(op.proc, op.child);
      break;
    case Kind::exec:
      drop(op.proc, 0, world_.pages);
      break;
    case Kind::exit:
      drop(op.proc, 0, world_.pages);
      set_alive(op.proc, false);
      break;
  }
  return {status, {}};
}

void Reference::restore(std::uint32_t proc, std::uint32_t page_number, const Page& saved,
                        std::span<const std::uint8_t> bytes) {
  edit(proc, page_number) = saved;
  std::ranges::copy(bytes, data(proc, page_number));
  next_object_ = std::max(next_object_, saved.object + 1);
}

void Reference::restore(std::uint32_t proc, bool alive_then) { set_alive(proc, alive_then); }

void Reference::set_alive(std::uint32_t proc, bool alive) {
  const auto bit = 1U << proc;
  alive_ = alive ? alive_ | bit : alive_ & ~bit;
}

void Reference::map(const Op& op) {
  Page fresh{.mapped = true, .access = op.access, .sharing = op.sharing, .huge = op.huge};
  if (op.sharing == Sharing::shared) fresh.object = next_object_++;
  for (std::uint32_t i = 0; i < op.count; ++i) edit(op.proc, op.page + i) = fresh;
}

void Reference::drop(std::uint32_t proc, std::uint32_t first, std::uint32_t count) {
  for (std::uint32_t p = first; p < first + count; ++p) {
    if (!page(proc, p).fresh) std::fill_n(data(proc, p), page_bytes_, std::uint8_t{0});
    edit(proc, p) = Page{};
  }
}

void Reference::write(const Op& op) {
  std::uint8_t* const bytes = data(op.proc, op.page) + op.offset;
  for (std::uint32_t i = 0; i < op.length; ++i) bytes[i] = static_cast<std::uint8_t>(op.value + i);
  const std::uint32_t end = op.page * page_bytes_ + op.offset + op.length;
  for (std::uint32_t p = op.page + op.offset / page_bytes_; p * page_bytes_ < end; ++p) {
    edit(op.proc, p).fresh = false;
    if (page(op.proc, p).sharing == Sharing::shared) share(op.proc, p);
  }
}

/// Brings every other copy of a shared page up to date with the one that was just written.
void Reference::share(std::uint32_t proc, std::uint32_t page_number) {
  for (std::uint32_t other = 0; other < world_.procs; ++other) {
    if (other == proc) continue;
    if (page(other, page_number).object != page(proc, page_number).object) continue;
    edit(other, page_number).fresh = false;
    copy_bytes(proc, other, page_number);
  }
}

void Reference::fork(std::uint32_t parent, std::uint32_t child) {
  set_alive(child, true);
  for (std::uint32_t p = 0; p < world_.pages; ++p) {
    edit(child, p) = page(parent, p);
    if (!page(parent, p).fresh) copy_bytes(parent, child, p);  // the dead child's are zeroes
  }
}

void Reference::copy_bytes(std::uint32_t from, std::uint32_t to, std::uint32_t page_number) {
  std::copy_n(data(from, page_number), page_bytes_, data(to, page_number));
}

}  // namespace cow::model
