#pragma once

/// The kernel on one machine is seconds of work for the compiler. Where many files use the same
/// machine, its header says `COW_KERNEL(extern template, M);` and one file compiles the kernel for
/// all: `COW_KERNEL(template, M);`. Both after impl/machine/system.h, at namespace cow. An entry of
/// the kernel that is missing here is compiled wherever it is called: right, but slow to build.
#define COW_KERNEL(how, ...)                                                                      \
  how kernel::Status kernel::map(__VA_ARGS__&, std::uint32_t, std::uint64_t, std::uint64_t,       \
                                 const kernel::MapRequest&);                                      \
  how kernel::Status kernel::unmap(__VA_ARGS__&, std::uint32_t, std::uint64_t, std::uint64_t);    \
  how kernel::Status kernel::protect(__VA_ARGS__&, std::uint32_t, std::uint64_t, std::uint64_t,   \
                                     kernel::Access);                                             \
  how kernel::Status kernel::remap(__VA_ARGS__&, std::uint32_t, std::uint64_t, std::uint64_t,     \
                                   std::uint64_t);                                                \
  how kernel::Status kernel::dontneed(__VA_ARGS__&, std::uint32_t, std::uint64_t, std::uint64_t); \
  how kernel::Status kernel::give_up(__VA_ARGS__&, std::uint32_t, std::uint64_t, std::uint64_t);  \
  how kernel::Status kernel::write_protect(__VA_ARGS__&, std::uint32_t, std::uint64_t,            \
                                           std::uint64_t, bool);                                  \
  how kernel::Status kernel::guard(__VA_ARGS__&, std::uint32_t, std::uint64_t, std::uint64_t,     \
                                   bool);                                                         \
  how kernel::Status kernel::clear_refs(__VA_ARGS__&, std::uint32_t, std::uint64_t,               \
                                        std::uint64_t);                                           \
  how kernel::Status kernel::advise(__VA_ARGS__&, std::uint32_t, std::uint64_t, std::uint64_t,    \
                                    kernel::Advice);                                              \
  how kernel::Status kernel::split(__VA_ARGS__&, std::uint32_t, std::uint64_t, std::uint64_t);    \
  how kernel::Status kernel::collapse(__VA_ARGS__&, std::uint32_t, std::uint64_t, std::uint64_t); \
  how kernel::Status kernel::migrate(__VA_ARGS__&, std::uint32_t, std::uint64_t, std::uint64_t);  \
  how kernel::Status kernel::compact(__VA_ARGS__&, std::uint32_t);                                \
  how kernel::Status kernel::pageout(__VA_ARGS__&, std::uint32_t, std::uint64_t, std::uint64_t);  \
  how kernel::Status kernel::merge(__VA_ARGS__&, std::uint32_t, std::uint64_t, std::uint64_t);    \
  how kernel::Status kernel::unmerge(__VA_ARGS__&, std::uint32_t, std::uint64_t, std::uint64_t);  \
  how kernel::Status kernel::swapoff(__VA_ARGS__&, std::uint32_t);                                \
  how kernel::Status kernel::pin(__VA_ARGS__&, std::uint32_t, std::uint32_t,                      \
                                 const kernel::PinRequest&);                                      \
  how kernel::Status kernel::unpin(__VA_ARGS__&, std::uint32_t, std::uint32_t);                   \
  how kernel::Status kernel::device_read(__VA_ARGS__&, std::uint32_t, std::uint32_t,              \
                                         std::uint32_t, std::span<std::uint8_t>);                 \
  how kernel::Status kernel::device_write(__VA_ARGS__&, std::uint32_t, std::uint32_t,             \
                                          std::uint32_t, std::span<const std::uint8_t>);          \
  how kernel::Status kernel::fork(__VA_ARGS__&, std::uint32_t, std::uint32_t);                    \
  how kernel::Status kernel::vfork(__VA_ARGS__&, std::uint32_t, std::uint32_t);                   \
  how kernel::Status kernel::exec(__VA_ARGS__&, std::uint32_t);                                   \
  how kernel::Status kernel::exit(__VA_ARGS__&, std::uint32_t);                                   \
  how kernel::Status kernel::wait(__VA_ARGS__&, std::uint32_t, std::uint32_t);                    \
  how kernel::Status kernel::read(__VA_ARGS__&, std::uint32_t, std::uint32_t, std::uint64_t,      \
                                  std::span<std::uint8_t>);                                       \
  how kernel::Status kernel::write(__VA_ARGS__&, std::uint32_t, std::uint32_t, std::uint64_t,     \
                                   std::span<const std::uint8_t>);                                \
  how kernel::Status kernel::kernel_read(__VA_ARGS__&, std::uint32_t, std::uint64_t,              \
                                         std::span<std::uint8_t>);                                \
  how kernel::Status kernel::kernel_write(__VA_ARGS__&, std::uint32_t, std::uint64_t,             \
                                          std::span<const std::uint8_t>, bool)
