#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace glasspost::trace {

/// Makes `p` ours alone, copying what it points to if anybody shares it. The one writer calls this; other
/// threads may hold and drop shares meanwhile.
template <class T>
T& unshare(std::shared_ptr<T>& p) {
  if (!p) {
    p = std::make_shared<T>();
  } else if (p.use_count() != 1) {
    p = std::make_shared<T>(*p);
  } else {
    // A reader that has just dropped its share had finished reading.
    std::atomic_thread_fence(std::memory_order_acquire);
  }
  return *p;
}

/// An ordered map whose copies share everything until one of them is changed: copying costs one pointer, the
/// first change after it a path of three small nodes. Iterates in the order of keys.
template <class K, class V>
class CowMap {
  static constexpr std::size_t kLeafEntries = 32;
  struct Entry {
    K key;
    std::shared_ptr<V> value;
  };
  using Leaf = std::vector<Entry>;  // sorted, never empty
  struct Top {
    std::vector<std::shared_ptr<Leaf>> leaves;
    std::size_t size = 0;
  };

 public:
  [[nodiscard]] std::size_t size() const { return top_ ? top_->size : 0; }
  [[nodiscard]] bool empty() const { return size() == 0; }

  /// Null if it is not there. The pointer is good until the map is changed.
  [[nodiscard]] const V* find(const K& key) const {
    if (!top_ || top_->leaves.empty()) return nullptr;
    const Leaf& leaf = *top_->leaves[leaf_of(*top_, key)];
    const std::size_t at = lower_bound(leaf, key);
    return at < leaf.size() && leaf[at].key == key ? leaf[at].value.get() : nullptr;
  }

  /// For changing; null if it is not there.
  V* edit_existing(const K& key) {
    if (!find(key)) return nullptr;
    return &edit(key);
  }

  /// For changing; made if it is not there.
  V& edit(const K& key) {
    Top& top = unshare(top_);
    if (top.leaves.empty()) top.leaves.push_back(std::make_shared<Leaf>());
    std::size_t index = leaf_of(top, key);
    Leaf* leaf = &unshare(top.leaves[index]);
    std::size_t at = lower_bound(*leaf, key);
    if (at < leaf->size() && (*leaf)[at].key == key) return unshare((*leaf)[at].value);
    ++top.size;
    if (leaf->size() >= kLeafEntries) {
      // Keys mostly grow: a full last leaf is left full, others are halved.
      const bool append = index + 1 == top.leaves.size() && at == leaf->size();
      const std::size_t keep = append ? leaf->size() : leaf->size() / 2;
      auto right = std::make_shared<Leaf>();
      right->reserve(kLeafEntries);
      right->assign(std::make_move_iterator(leaf->begin() + static_cast<std::ptrdiff_t>(keep)),
                    std::make_move_iterator(leaf->end()));
      leaf->resize(keep);
      top.leaves.insert(top.leaves.begin() + static_cast<std::ptrdiff_t>(index) + 1, right);
      if (at >= keep) {
        at -= keep;
        leaf = right.get();
      }
    }
    auto it =
        leaf->insert(leaf->begin() + static_cast<std::ptrdiff_t>(at), Entry{key, std::make_shared<V>()});
    return *it->value;
  }

  /// False if it was not there.
  bool erase(const K& key) {
    if (!find(key)) return false;
    Top& top = unshare(top_);
    const std::size_t index = leaf_of(top, key);
    Leaf& leaf = unshare(top.leaves[index]);
    leaf.erase(leaf.begin() + static_cast<std::ptrdiff_t>(lower_bound(leaf, key)));
    --top.size;
    if (leaf.empty()) top.leaves.erase(top.leaves.begin() + static_cast<std::ptrdiff_t>(index));
    return true;
  }

  /// Calls `visit(key, value)` in the order of keys.
  template <class Visit>
  void for_each(Visit&& visit) const {
    if (!top_) return;
    for (const auto& leaf : top_->leaves) {
      for (const Entry& entry : *leaf)
        visit(entry.key, static_cast<const V&>(*entry.value));
    }
  }

  /// The least key; the map is not empty.
  [[nodiscard]] const K& first_key() const { return top_->leaves.front()->front().key; }

  friend bool operator==(const CowMap& a, const CowMap& b) {
    if (a.top_ == b.top_) return true;
    if (a.size() != b.size()) return false;
    const auto left = a.entries();
    const auto right = b.entries();
    return std::equal(left.begin(), left.end(), right.begin(), [](const Entry* x, const Entry* y) {
      return x->key == y->key && (x->value == y->value || *x->value == *y->value);
    });
  }

 private:
  [[nodiscard]] std::vector<const Entry*> entries() const {
    std::vector<const Entry*> all;
    if (!top_) return all;
    for (const auto& leaf : top_->leaves) {
      for (const Entry& entry : *leaf)
        all.push_back(&entry);
    }
    return all;
  }
  // The last leaf that begins at or before the key, or the first.
  static std::size_t leaf_of(const Top& top, const K& key) {
    const auto& leaves = top.leaves;
    if (leaves.size() == 1) return 0;
    if (!(key < leaves.back()->front().key)) return leaves.size() - 1;
    const auto after =
        std::upper_bound(leaves.begin(), leaves.end(), key,
                         [](const K& k, const std::shared_ptr<Leaf>& l) { return k < l->front().key; });
    return after == leaves.begin() ? 0 : static_cast<std::size_t>(after - leaves.begin()) - 1;
  }
  static std::size_t lower_bound(const Leaf& leaf, const K& key) {
    return static_cast<std::size_t>(std::lower_bound(leaf.begin(), leaf.end(), key,
                                                     [](const Entry& e, const K& k) { return e.key < k; }) -
                                    leaf.begin());
  }

  std::shared_ptr<Top> top_;
};

}  // namespace glasspost::trace
