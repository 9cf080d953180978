// A plugin of GCC, used only while a header is precompiled: `#pragma minos instantiate` at the end of
// the header instantiates what GCC would otherwise put off to the end of every program that includes
// it, used there or not.
//
// Inline functions of the standard library that are no templates mention some 1,500 template functions:
// std::to_string alone leads to a good part of basic_string. GCC notes them as pending, saves the list
// in the precompiled header, and works it off anew in each compilation: half of the time that a small
// program takes. Instantiated here, they are saved with the header, and left out of each program that
// does not use them, as ever. What a program means stays as it is: the end of the translation unit is
// only one of the points of instantiation that the standard allows (C++20, 13.8.4.1 [temp.point]).
#include "gcc-plugin.h"
#include "plugin-version.h"
#include "tree.h"
#include "cp/cp-tree.h"
#include "c-family/c-pragma.h"

int plugin_is_GPL_compatible;

namespace {

bool has_used_table(tree type) {
  for (tree table = CLASSTYPE_VTABLES(type); table; table = DECL_CHAIN(table))
    if (TREE_USED(table)) return true;
  return false;
}

bool use(tree function) {
  if (DECL_PURE_VIRTUAL_P(function) || DECL_ODR_USED(function)) return false;
  mark_used(function);
  return DECL_ODR_USED(function);
}

// At the end of a program GCC makes the table of virtual functions of each class whose constructor it
// has seen, and with it those functions. False: there was nothing left.
bool use_virtual_functions() {
  bool found = false;
  for (unsigned i = 0; i < vec_safe_length(keyed_classes); ++i) {
    tree type = (*keyed_classes)[i];
    const bool elsewhere = CLASSTYPE_INTERFACE_KNOWN(type) && CLASSTYPE_INTERFACE_ONLY(type);
    if (!CLASSTYPE_TEMPLATE_INSTANTIATION(type) || elsewhere || !has_used_table(type)) continue;
    for (tree entry = BINFO_VIRTUALS(TYPE_BINFO(type)); entry; entry = TREE_CHAIN(entry))
      if (use(BV_FN(entry))) found = true;
  }
  return found;
}

void instantiate(cpp_reader *) {
  // The linkage of an instance is decided at the end of a program. Decided later than its body is made,
  // a virtual destructor is an internal error of GCC 14 (maybe_optimize_cdtor takes fns[1] for fns[2]).
  const int before = at_eof;
  at_eof = 1;
  do instantiate_pending_templates(0);
  while (use_virtual_functions());
  at_eof = before;
}

void register_pragma(void *, void *) { c_register_pragma("minos", "instantiate", instantiate); }

}  // namespace

int plugin_init(plugin_name_args *plugin, plugin_gcc_version *version) {
  if (!plugin_default_version_check(version, &gcc_version)) return 1;
  register_callback(plugin->base_name, PLUGIN_PRAGMAS, register_pragma, nullptr);
  return 0;
}
