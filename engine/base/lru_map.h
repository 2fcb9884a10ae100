#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <utility>

namespace glasspost {

/// A map that holds values up to a total cost and forgets the longest unused first. Keys are ordered, so what
/// it does never depends on addresses or hashes.
template <class Key, class Value>
class LruMap {
 public:
  explicit LruMap(std::size_t most) : most_(most) {}

  /// Null if it is not there. The pointer is good until the next change. The value counts as just used.
  Value* find(const Key& key) {
    const auto at = index_.find(key);
    if (at == index_.end()) return nullptr;
    order_.splice(order_.end(), order_, at->second);
    return &at->second->value;
  }
  /// Replaces what is there. A value that costs more than everything together may is not kept.
  void put(const Key& key, Value value, std::size_t cost) {
    erase(key);
    if (cost > most_) return;
    order_.push_back({key, std::move(value), cost});
    index_.emplace(key, std::prev(order_.end()));
    cost_ += cost;
    shrink();
  }
  /// The value has grown.
  void add_cost(const Key& key, std::size_t cost) {
    const auto at = index_.find(key);
    if (at == index_.end()) return;
    at->second->cost += cost;
    cost_ += cost;
    shrink();
  }
  void erase(const Key& key) {
    const auto at = index_.find(key);
    if (at == index_.end()) return;
    cost_ -= at->second->cost;
    order_.erase(at->second);
    index_.erase(at);
  }
  /// All keys of [first, last].
  void erase_range(const Key& first, const Key& last) {
    auto at = index_.lower_bound(first);
    while (at != index_.end() && !(last < at->first)) {
      cost_ -= at->second->cost;
      order_.erase(at->second);
      at = index_.erase(at);
    }
  }
  [[nodiscard]] std::size_t size() const { return index_.size(); }
  [[nodiscard]] std::size_t cost() const { return cost_; }

 private:
  struct Item {
    Key key;
    Value value;
    std::size_t cost = 0;
  };
  void shrink() {
    while (cost_ > most_ && !order_.empty()) {
      cost_ -= order_.front().cost;
      index_.erase(order_.front().key);
      order_.pop_front();
    }
  }

  std::size_t most_;
  std::size_t cost_ = 0;
  std::list<Item> order_;  ///< longest unused first
  std::map<Key, typename std::list<Item>::iterator> index_;
};

}  // namespace glasspost
