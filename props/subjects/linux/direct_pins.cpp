#include "props/subjects/linux/direct_pins.h"

namespace cow::props::live {

std::string DirectPins::connect(agent::Control& control) {
  for (std::uint32_t i = 0; i < agent::direct_files; ++i) {
    if (auto wrong = files_[i].connect(); !wrong.empty()) return wrong;
    control.mounts[i] = files_[i].mount();
  }
  return {};
}

void DirectPins::close_mounts() {
  for (auto& file : files_) file.close_mount();
}

void DirectPins::close() {
  for (auto& file : files_) file.close();
  holders_ = {};
}

void DirectPins::serve() {
  for (auto& file : files_) file.serve();
}

std::uint32_t DirectPins::free_file() const {
  std::uint32_t number = 0;
  while (number < agent::direct_files && holders_[number].held) ++number;
  return number;
}

DirectFile* DirectPins::of(std::uint32_t process, std::uint32_t pin) {
  for (std::uint32_t i = 0; i < agent::direct_files; ++i) {
    const auto& holder = holders_[i];
    if (holder.held && holder.process == process && holder.pin == pin) return &files_[i];
  }
  return nullptr;
}

void DirectPins::take(std::uint32_t number, std::uint32_t process, std::uint32_t pin, bool writes) {
  holders_[number] = {true, process, pin};
  files_[number].hold(writes ? agent::direct_reads : 0, agent::direct_writes);
}

void DirectPins::let_go(std::uint32_t process, std::uint32_t pin) {
  for (std::uint32_t i = 0; i < agent::direct_files; ++i) {
    auto& holder = holders_[i];
    if (!holder.held || holder.process != process || holder.pin != pin) continue;
    files_[i].let_go();
    holder.held = false;
  }
}

void DirectPins::let_go(std::uint32_t process) {
  for (const auto& holder : holders_) {
    if (holder.held && holder.process == process) let_go(process, holder.pin);
  }
}

}  // namespace cow::props::live
