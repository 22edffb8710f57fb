#include "props/record/to_trace.h"

#include <algorithm>

#include "model/reference.h"
#include "props/record/layout.h"

namespace cow::props::record {

namespace {

using model::Kind;
using model::Op;

/// A multiple of two huge pages, as worlds have it.
std::uint32_t world_pages(std::size_t pages, model::Geometry geometry) {
  const auto whole = 2 * model::huge_pages(geometry);
  const auto rounded = (static_cast<std::uint32_t>(pages) + whole - 1) / whole * whole;
  return std::clamp(rounded, whole, model::max_pages(geometry));
}

class Converter {
 public:
  Converter(const Recording& recording, const Bounds& bounds)
      : recording_(recording),
        bounds_(bounds),
        layout_(recording.events,
                bounds.pages == 0 ? model::max_pages(bounds.geometry) : bounds.pages),
        names_(model::max_procs) {
    names_.give(0);
  }

  std::vector<Op> ops() {
    for (const Event& event : recording_.events) add(event);
    return std::move(ops_);
  }
  const Layout& layout() const { return layout_; }
  const Names& names() const { return names_; }

 private:
  void add(const Event& event);
  void add_fork(const Event& event, Op op);
  void add_write(const Event& event, Op op);
  void add_range(const Event& event, Op op);
  void add_remap(const Event& event, Op op);

  const Recording& recording_;
  const Bounds& bounds_;
  Layout layout_;
  Names names_;
  std::vector<Op> ops_;
  std::uint32_t writes_ = 0;
};

void Converter::add(const Event& event) {
  const auto* const name = names_.of(event.process);
  if (name == nullptr) return;
  Op op;
  op.kind = event.kind;
  op.proc = static_cast<std::uint8_t>(*name);
  if (event.kind == Kind::fork) return add_fork(event, op);
  if (event.kind == Kind::write) return add_write(event, op);
  if (event.kind == Kind::exec || event.kind == Kind::exit) {
    ops_.push_back(op);
    if (event.kind == Kind::exit) names_.take_back(event.process);
    return;
  }
  return event.kind == Kind::remap ? add_remap(event, op) : add_range(event, op);
}

void Converter::add_fork(const Event& event, Op op) {
  if (!names_.give(event.child)) return;
  op.child = static_cast<std::uint8_t>(*names_.of(event.child));
  ops_.push_back(op);
}

/// In a tiny page the bytes lie as far from its start, in proportion.
void Converter::add_write(const Event& event, Op op) {
  if (!layout_.has(event.pages.first)) return;
  const auto bytes = model::page_bytes(bounds_.geometry);
  op.page = static_cast<std::uint32_t>(layout_.of(event.pages).first);
  op.offset = static_cast<std::uint32_t>(event.offset * bytes / page_size);
  const auto end = (event.offset + event.length) * bytes / page_size;
  op.length = std::max(static_cast<std::uint32_t>(end) - op.offset, 1U);
  op.value = static_cast<std::uint8_t>(1 + 7 * writes_++);
  ops_.push_back(op);
}

void Converter::add_range(const Event& event, Op op) {
  const Pages pages = layout_.of(event.pages);
  if (pages.empty()) return;
  op.page = static_cast<std::uint32_t>(pages.first);
  op.count = static_cast<std::uint32_t>(pages.count());
  if (event.kind == Kind::map) op.sharing = event.sharing;
  if (event.kind == Kind::map || event.kind == Kind::protect) op.access = event.access;
  if (event.kind == Kind::advise) op.advice = event.advice;
  ops_.push_back(op);
}

/// Page by page, since the world may have a page at one end only: then it goes, or comes.
void Converter::add_remap(const Event& event, Op op) {
  for (auto real = event.pages.first; real < event.pages.end; ++real) {
    const auto target = event.to + (real - event.pages.first);
    const Pages from = layout_.of({real, real + 1}), to = layout_.of({target, target + 1});
    if (from.empty() && to.empty()) continue;
    op.kind = to.empty() ? Kind::unmap : from.empty() ? Kind::map : Kind::remap;
    op.page = static_cast<std::uint32_t>(from.empty() ? to.first : from.first);
    op.to = op.kind == Kind::remap ? static_cast<std::uint32_t>(to.first) : 0;
    op.access = op.kind == Kind::map ? event.access : model::Access::none;
    op.sharing = op.kind == Kind::map ? event.sharing : model::Sharing::private_;
    op.count = 1;
    ops_.push_back(op);
  }
}

/// The operations that find room and that the reference does not refuse, and how many pages they
/// have mapped at once at most.
std::vector<Op> allowed(std::vector<Op> ops, model::World world, Converted& result,
                        std::size_t limit, std::uint32_t& most_pages) {
  model::Reference reference(world);
  std::vector<Op> kept;
  for (const Op& op : ops) {
    if (kept.size() == limit) {
      ++result.losses.operations;
      continue;
    }
    if (reference.perform(op).status != model::Status::ok) {
      ++result.losses.refused;
      continue;
    }
    kept.push_back(op);
    if (op.kind != Kind::map && op.kind != Kind::fork) continue;
    std::uint32_t mapped = 0;
    for (std::uint32_t p = 0; p < world.procs; ++p) {
      for (std::uint32_t page = 0; page < world.pages; ++page)
        mapped += reference.page(p, page).mapped ? 1U : 0U;
    }
    most_pages = std::max(most_pages, mapped);
  }
  return kept;
}

}  // namespace

Converted to_trace(const Recording& recording, const Bounds& bounds) {
  Converted result;
  Converter converter(recording, bounds);
  auto ops = converter.ops();
  model::World world = model::default_world(bounds.geometry);
  world.procs = std::max(converter.names().used(), 1U);
  world.cpus = 1;
  world.pages = world_pages(converter.layout().size(), bounds.geometry);
  result.losses.pages = converter.layout().left_out();
  result.losses.processes = converter.names().left_out();
  std::uint32_t most = 0;
  result.trace.ops = allowed(std::move(ops), world, result, bounds.operations, most);
  // Room for every page of everybody and for the tables, so that memory never runs out.
  world.frames = std::min(most + most / 4 + 32 * world.procs + 64, model::max_frames);
  result.trace.world = world;
  return result;
}

}  // namespace cow::props::record
