#include "props/export/uncertain.h"

#include <algorithm>

#include "props/lockstep/touched_pages.h"

namespace cow::props {

using model::Kind;
using model::Op;

void Uncertain::follow(const Op& op, const model::Reference& reference) {
  if (op.kind != Kind::free && bytes_.empty()) return;
  if (model::takes_pages(op.kind)) {
    for (auto page = op.page; page < op.page + op.count; ++page) follow_page(op, page, reference);
  }
  if (model::is_store(op.kind)) follow_write(op);
  if (op.kind == Kind::device_write) follow_device(op, reference);
  if (op.kind == Kind::exec || op.kind == Kind::exit) forget(op.proc);
  if (op.kind == Kind::fork) inherit(op, reference);
}

void Uncertain::follow_page(const Op& op, std::uint32_t page, const model::Reference& reference) {
  const Place here{op.proc, page};
  const auto& at = reference.page(op.proc, page);
  if (op.kind == Kind::free && !at.guard) bytes_[here].assign(page_bytes_, true);
  if (op.kind == Kind::unmap || model::drops(op.kind)) bytes_.erase(here);
  if (op.kind != Kind::remap) return;
  auto moved = bytes_.extract(here);
  if (moved.empty()) return;
  moved.key().second = op.to + page - op.page;
  bytes_.insert(std::move(moved));
}

void Uncertain::follow_write(const Op& op) {
  for (std::uint32_t i = 0; i < op.length; ++i) {
    const auto byte = op.offset + i;
    const auto found = bytes_.find({op.proc, op.page + byte / page_bytes_});
    if (found != bytes_.end()) found->second[byte % page_bytes_] = false;
  }
}

/// The device writes where the pin's page is mapped now, if anywhere.
void Uncertain::follow_device(const Op& op, const model::Reference& reference) {
  const auto& pin = reference.pin(op.proc, op.pin);
  for (auto& [place, bytes] : bytes_) {
    const auto& at = reference.page(place.first, place.second);
    if (at.object != pin.object || at.number != pin.number) continue;
    std::fill_n(bytes.begin() + op.offset, op.length, false);
  }
}

void Uncertain::forget(std::uint32_t process) {
  std::erase_if(bytes_, [&](const auto& entry) { return entry.first.first == process; });
}

void Uncertain::inherit(const Op& op, const model::Reference& reference) {
  const auto all = bytes_;
  for (const auto& [place, bytes] : all) {
    if (place.first != op.proc) continue;
    const auto& at = reference.page(op.proc, place.second);
    if (!at.dontfork && !at.wipeonfork) bytes_[{op.child, place.second}] = bytes;
  }
}

std::vector<bool> Uncertain::among(std::uint32_t process, std::uint32_t page, std::uint32_t offset,
                                   std::uint32_t length) const {
  std::vector<bool> some(length);
  for (std::uint32_t i = 0; !bytes_.empty() && i < length; ++i) {
    const auto byte = offset + i;
    const auto found = bytes_.find({process, page + byte / page_bytes_});
    some[i] = found != bytes_.end() && found->second[byte % page_bytes_];
  }
  return some;
}

}  // namespace cow::props
