#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

/// What the copy of a tree differs in from the tree, and what its year asks of QEMU.
namespace cow::props::xv6 {

std::string contents_of(const std::filesystem::path& path);
/// Makes the directories, too. Throws std::filesystem::filesystem_error.
void write_file(const std::filesystem::path& path, const std::string& text);

/// How many MiB of memory QEMU has, by the tree's Makefile, beyond the 128 of every year: some have
/// a pool of huge pages there, behind PHYSTOP.
std::uint32_t memory_beyond(const std::map<std::string, std::string>& files);

/// Arguments of QEMU: the disk's version, the network lab's card, and no memory protection by the
/// machine mode where the tree does not set it up (before 2021; QEMU since 6.0 allows nothing
/// then).
std::vector<std::string> emulation_of(const std::map<std::string, std::string>& files);

/// Lets memory end so many bytes behind KERNBASE (PHYSTOP), which is little: so all of it can be
/// counted after every trace, and a boot takes a tenth of a second. False: PHYSTOP was not found.
bool limit_memory(std::string& memlayout, std::uint64_t bytes);

/// How much memory is needed by a kernel whose own part, linked for `limit`, ends where the symbol
/// `end` says in kernel.sym: often `limit` itself, but some count pages in arrays of megabytes.
std::uint64_t memory_for(const std::string& symbols, std::uint64_t limit);

/// Leaves the kernel 12 processes (NPROC): whoever wakes or schedules one goes through all of them,
/// which is most of what a request costs under QEMU.
void limit_processes(std::map<std::string, std::string>& files);

/// Lets memset and memmove go by words of eight bytes, where they are as in every year.
void copy_by_words(std::map<std::string, std::string>& files);

/// Lets the UART take 14 characters before it interrupts (COWXV6_BATCH) instead of each.
void take_batches(std::map<std::string, std::string>& files);

/// The agent in the place of the first program, and the headers that it includes.
void add_agent(std::map<std::string, std::string>& files);

}  // namespace cow::props::xv6
