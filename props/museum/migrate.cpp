#include "props/museum/migrate.h"

#include <array>

#include "props/museum/families.h"
#include "props/museum/open.h"

namespace cow::props::museum {

namespace {
constexpr std::string_view concrete_locks = "its state is of concrete locks and places";
}

// clang-format off
std::span<const Exhibit> migrate() {
  static constexpr std::array rows = {
      Exhibit{"A12-migrate", "a pinned page goes to another frame, away from its device",
              "Linux migrate_pages, folio_maybe_dma_pinned",
              Law::pin_stable, "", outside_steps, &open<MigrateMovesPinned>, Law::frugal},
      Exhibit{"A18-migrate", "an exclusive page is taken for a shared one once it has moved",
              "Linux make_readable_exclusive_migration_entry",
              Law::frugal, "", concrete_locks, &open<MigrateLosesExclusive>, Law::pin_stable},
      Exhibit{"B9-migrate", "the old frame keeps the references of the mappings that left it",
              "6.828 homework", Law::exact_count, "", concrete_locks,
              &open<MigrateKeepsOld>},
      Exhibit{"B10-migrate", "the second mapping of the new frame takes no reference",
              "nyx-os #21", Law::exact_count, "", concrete_locks, &open<MigrateCountsOnce>},
      Exhibit{"B13", "who maps a page is looked for in the parent only",
              "LTP mmap10", Law::isolation, "", outside_steps,
              &open<MigrateMissesChildren>, Law::frugal},
      Exhibit{"C9-migrate", "the frame changes, and the translations to the old one stay",
              "Linux migrate_pages, try_to_migrate",
              Law::tlb_coherent, "", concrete_locks, &open<MigrateWithoutFlush>},
      Exhibit{"D8", "what an entry allows once it has moved is taken from its area",
              "Linux remove_migration_pte, Nov 2022",
              Law::sole_writer, "", concrete_locks, &open<MigrateGoesByArea>},
      Exhibit{"D9", "migrating makes the page dirty, and what is dirty writable",
              "Linux selftest mkdirty.c, sparc64",
              Law::permission, "", concrete_locks, &open<MigrateGrantsWrite>, Law::sole_writer},
      Exhibit{"migrate-copy", "the bytes do not come along",
              "the classic lost page",
              Law::isolation, "", concrete_locks, &open<MigrateForgetsCopy>},
  };
  return rows;
}
// clang-format on

}  // namespace cow::props::museum
