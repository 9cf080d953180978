/**
 * C++ programs that use what precompiling `bits/stdc++.h` touches (images/gcc/precompile): functions of
 * the library that are no templates, what they instantiate, and ways to tell how they are declared.
 * None begins with the header: it goes before them.
 */
export const LIBRARY_PROGRAMS: Readonly<Record<string, string>> = {
  'addresses and own overloads of conversions': `
    using namespace std;
    namespace own { string to_string(int) { return "own"; } int stoi(const char*) { return 7; } }
    struct number { int value; };
    string to_string(number n) { return "number " + std::to_string(n.value); }
    template <class F> auto twice(F f, const string& s) { return f(s, nullptr, 10) * 2; }
    int main() {
      int (*parse)(const string&, size_t*, int) = stoi;
      string (*print)(long) = std::to_string;
      auto length = static_cast<double (*)(double, double)>(hypot);
      long (*wide)(const wstring&, size_t*, int) = &std::stol;
      size_t used = 0;
      cout << parse("12x", &used, 10) << used << print(-5) << length(3, 4) << wide(L"77", nullptr, 8)
           << twice(static_cast<int (*)(const string&, size_t*, int)>(stoi), "21") << to_string(number{3})
           << own::to_string(1) << own::stoi("1") << std::to_string(2.5f) << stod("0x1p3") << stoull("18446744073709551615");
      wcout << to_wstring(4.25L);
      try { (void)stoi("none"); } catch (const invalid_argument& e) { cout << e.what(); }
      try { (void)stoi("99999999999"); } catch (const out_of_range& e) { cout << e.what(); }
    }`,
  'specializations and explicit instantiations': `
    template <> struct std::hash<std::pair<int, int>> {
      std::size_t operator()(const std::pair<int, int>& p) const { return p.first * 31 + p.second; }
    };
    template <> struct std::hash<std::vector<int>> {
      std::size_t operator()(const std::vector<int>& v) const { return v.size(); }
    };
    template <> struct std::less<std::complex<double>> {
      bool operator()(const std::complex<double>& a, const std::complex<double>& b) const { return a.real() < b.real(); }
    };
    std::ostream& operator<<(std::ostream& out, const std::vector<int>& v) { for (int x : v) out << x << ' '; return out; }
    template class std::vector<int>;
    template class std::vector<std::string>;
    template class std::deque<std::filesystem::path>;
    template class std::basic_string<char16_t>;
    template class std::shared_ptr<std::mutex>;
    template class std::unique_ptr<std::thread>;
    template void std::sort(std::vector<int>::iterator, std::vector<int>::iterator);
    int main() {
      std::unordered_map<std::pair<int, int>, int> m{{{1, 2}, 3}};
      std::unordered_set<std::vector<int>> s{{1}, {1, 2}};
      std::set<std::complex<double>> c{{2, 1}, {1, 5}, {2, 3}};
      std::vector<int> v{3, 1, 2};
      std::sort(v.begin(), v.end());
      std::u16string u = u"abc";
      std::cout << m[{1, 2}] << s.size() << c.size() << v << u.size() << std::hash<std::u16string>()(u);
    }`,
  'threads and futures': `
    using namespace std;
    int main() {
      mutex lock; condition_variable ready; bool done = false; int sum = 0;
      vector<thread> threads;
      for (int i = 0; i < 3; ++i) threads.emplace_back([&, i] { lock_guard<mutex> guard(lock); sum += i; });
      for (auto& each : threads) each.join();
      thread other([&] { { lock_guard<mutex> guard(lock); done = true; } ready.notify_all(); });
      { unique_lock<mutex> guard(lock); ready.wait(guard, [&] { return done; }); }
      other.join();
      promise<string> said; auto heard = said.get_future();
      thread([&] { said.set_value("heard"); }).join();
      packaged_task<int(int)> task([](int n) { return n * n; });
      auto square = task.get_future(); task(9);
      auto failing = async(launch::async, []() -> int { throw runtime_error("thrown"); });
      auto later = async(launch::deferred, [] { return 5; });
      cout << sum << done << heard.get() << square.get() << later.get();
      try { failing.get(); } catch (const runtime_error& e) { cout << e.what(); }
      try { promise<void> p; p.get_future(); p.get_future(); } catch (const future_error& e) { cout << e.code().message(); }
      once_flag once; for (int i = 0; i < 3; ++i) call_once(once, [] { cout << "once"; });
    }`,
  'files, times, chance and errors': `
    using namespace std;
    int main() {
      filesystem::path path = filesystem::path("/a/b") / "c.txt";
      cout << path << path.extension() << path.lexically_relative("/a") << filesystem::exists("/none");
      try { filesystem::file_size("/none"); } catch (const filesystem::filesystem_error& e) { cout << e.code() << e.what(); }
      for (auto& part : path) cout << part.string().size();
      cout << chrono::duration_cast<chrono::minutes>(chrono::hours(2) + chrono::seconds(61)).count();
      mt19937 engine(5); mt19937_64 wide(6); minstd_rand small(7);
      cout << engine() << ' ' << wide() << ' ' << small() << uniform_int_distribution<int>(1, 6)(engine)
           << normal_distribution<double>(0, 1)(engine) << discrete_distribution<int>{1, 2, 3}(engine);
      seed_seq seeds{1, 2, 3}; mt19937 seeded(seeds); stringstream saved; saved << seeded; cout << saved.str().size();
      error_code code = make_error_code(errc::permission_denied);
      cout << code << code.message() << (code == errc::permission_denied) << system_category().name();
      try { throw system_error(code, "said"); } catch (const system_error& e) { cout << e.what(); }
    }`,
  'functions of mathematics, text and patterns': `
    using namespace std;
    int main() {
      cout << setprecision(10) << beta(2.0, 3.5) << riemann_zeta(2.0) << cyl_bessel_j(0, 1.5f) << hermite(3, 2.0L)
           << legendre(2, 0.5) << comp_ellint_1(0.5) << expint(1.0) << hypot(1.0, 2.0, 3.0) << sph_bessel(1, 2.0) << laguerre(2, 1.5);
      regex words("([a-z]+)-([0-9]+)"); smatch match; string text = "ab-12 cd-34";
      for (sregex_iterator i(text.begin(), text.end(), words), end; i != end; ++i) cout << (*i)[2] << (*i)[1];
      cout << regex_replace(text, words, "$2_$1");
      try { regex wrong("("); } catch (const regex_error& e) { cout << e.code(); }
      cout << hexfloat << 1.5 << defaultfloat << put_money("1234") << quoted("a\\"b") << bitset<9>(321) << "view"sv.substr(1);
      variant<int, string> either = "text"s; any thing = 5; optional<double> none;
      cout << visit([](auto& x) { ostringstream out; out << x; return out.str(); }, either) << any_cast<int>(thing) << none.value_or(1.5);
      char digits[32]; auto end = to_chars(digits, digits + 32, 0.1).ptr; double back = 0; from_chars(digits, end, back);
      cout << string(digits, end) << back << hash<string>()("x") << hash<u32string>()(U"y");
      wstring_convert<codecvt_utf8<char32_t>, char32_t> utf8; cout << utf8.to_bytes(U"\\u00e4");
    }`,
};

/** Text that C++20 formats, and C++23 prints. */
export const FORMATTING_PROGRAM = `
  struct P { int x; };
  template <> struct std::formatter<P> : std::formatter<int> {
    auto format(P p, auto& c) const { return std::formatter<int>::format(p.x, c); }
  };
  int main() {
    int n = 7;
    std::cout << std::format("{:05d} {:.3f} {} {}\\n", 42, 2.5, "text", P{3})
              << std::vformat("{:#x}\\n", std::make_format_args(n))
              << std::format(std::locale::classic(), "{:L}\\n", 1234567)
              << std::format("{:%H:%M}\\n", std::chrono::minutes(75));
    std::wcout << std::format(L"{}", 8);
  #if __cplusplus > 202002L
    std::print("{:>4}", 5);
    std::println(std::cout, "{}", "p");
  #endif
  }`;

/** What must not compile, with the header precompiled or not. */
export const WRONG_PROGRAMS: Readonly<Record<string, string>> = {
  'a conversion of a number': 'int main() { return std::stoi(5); }',
  'an ambiguous address': 'auto parse = std::stoi; int main() {}',
  'template arguments for a function that is none': 'int main() { return std::stoi<char>("5"); }',
  'a set of what has no order': 'struct S {}; int main() { std::set<S> s; s.insert(S()); }',
  'printing what cannot be printed': 'struct S {}; int main() { std::cout << S(); }',
  'sorting a list': 'int main() { std::list<int> l; std::sort(l.begin(), l.end()); }',
  'a name that the library has as well':
    'using namespace std; int count; int main() { return count; }',
  'a second definition of a specialization': 'template <> struct std::hash<int> {}; int main() {}',
  'a private member of the library': 'int main() { std::string s; s._M_data(); }',
};
