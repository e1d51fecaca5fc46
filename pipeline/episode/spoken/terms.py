"""Terms that no voice reads from their letters: how they are said, in words that every voice can read.

Which are here was found by listening: to what hibari's G2P makes of about 1,900 terms, and to eSpeak NG. What only the neural
voices get wrong is in their lexicon (`assets/pronunciation/programming.toml`).
"""

from .dictionary import Entry

TERMS: tuple[Entry, ...] = tuple(
    {
        # commands and files
        "chmod": "change mode", "chown": "change owner", "chgrp": "change group", "chroot": "change root",
        "xargs": "X args", "wget": "W get", "crontab": "cron tab", "systemd": "system D", "systemctl": "system control",
        "journalctl": "journal control", "sysctl": "sis control", "iptables": "I-P tables", "ufw": "U-F-W",
        "lsblk": "list block", "blkid": "block ID", "mkfs": "make F-S", "mkdir": "make dir", "rmdir": "remove dir",
        "uniq": "unique", "passwd": "password", "htpasswd": "H-T password", "htaccess": "H-T access",
        "visudo": "vee sudo", "whereis": "where is", "whois": "who is", "nslookup": "N-S lookup",
        "tcpdump": "TCP dump", "fail2ban": "fail to ban", "btrfs": "butter F-S", "fsck": "F-S check",
        "tldr": "T-L D-R", "pwd": "P-W-D", "umount": "U mount", "ulimit": "U limit", "fstab": "F-S tab", "xorg": "X org",
        "readme": "read-me", "todo": "to-do", "fixme": "fix me", "changelog": "change log", "cmdlet": "command-let",
        "cmdlets": "command-lets", "pwsh": "power shell", "regedit": "reg edit", "vcpkg": "V C package", "pkg": "package",
        "sigterm": "sig term", "sigkill": "sig kill", "sigint": "sig int", "sighup": "sig hup", "sigsegv": "sig seg V",
        "etcd": "et-see D", "rsyslog": "R sys log", "selinux": "S-E Linux", "haproxy": "H-A proxy", "yq": "Y-Q",
        "containerd": "container D", "kubeadm": "cube admin", "kubelet": "cube-let", "kubeconfig": "cube config",
        "minikube": "mini cube", "k3s": "K three S", "k9s": "K nines", "traefik": "traffic", "ngrok": "en-grock",
        "CoreDNS": "core D-N-S", "VMware": "V-M ware", "ESXi": "E-S-X I", "xmllint": "XML lint", "cURL": "curl",
        "htmx": "H-T-M-X", "rust-c": "rust C", "rustc": "rust C", "rustup": "rust up", "venv": "vee-env",
        "crates.io": "crates dot I-O", "docker.io": "docker dot I-O", "github.io": "GitHub dot I-O",
        # Python, C and others: names in code that are spoken as words
        "stdlib": "standard lib", "asyncio": "a-sync I-O", "aiohttp": "A-I-O HTTP", "aio": "A-I-O", "urllib": "U-R-L lib",
        "unittest": "unit test", "sklearn": "S-K learn", "memcpy": "mem copy", "memset": "mem set", "memmove": "mem move",
        "strcpy": "string copy", "strlen": "string len", "strcmp": "string compare", "sizeof": "size of",
        "typeof": "type of", "instanceof": "instance of", "nullptr": "null pointer", "ptr": "pointer",
        "constexpr": "const expr", "consteval": "const eval", "noexcept": "no except", "decltype": "deckle type",
        "iostream": "I-O stream", "usize": "U size", "isize": "I size", "elif": "el-if", "endif": "end if",
        "ifdef": "if def", "ifndef": "if N def", "src": "source", "id": "ID", "ids": "I-D's", "args": "args",
        "glibc": "G lib-C", "zlib": "Z lib", "libpng": "lib P-N-G", "libav": "lib A-V", "mmap": "M map", "fsync": "F sync",
        "io_uring": "I-O you-ring", "kqueue": "K queue", "epoll": "E poll", "sqrt": "square root", "tanh": "tan-H",
        "arccos": "arc cosine", "arctan": "arc tan", "atan2": "A tan two", "cosh": "cosh", "sinh": "cinch",
        "matmul": "mat mul", "href": "H ref", "onclick": "on click", "onload": "on load", "iframe": "I frame",
        "iframes": "I frames", "charset": "char set", "mimetype": "mime type", "innerHTML": "inner HTML",
        "subquery": "sub query", "subqueries": "sub queries", "varchar": "var char", "bigint": "big int",
        "smallint": "small int", "rowid": "row ID", "timestamptz": "timestamp T-Z", "jsonb": "jay-son B",
        "jsonp": "jay-son P", "json5": "jay-son five", "uuidv4": "UUID version four", "nanoid": "nano ID",
        "nvarchar": "N var char", "urlencoded": "U-R-L encoded", "tf-idf": "T-F I-D-F", "ttf": "T-T-F", "otf": "O-T-F",
        "vw": "V-W", "xor": "X or", "nand": "nand",
        # acronyms that are words, or whose letters a voice doesn't find
        "ieee": "I triple E", "cuda": "koo-da", "flac": "flack", "cors": "cores", "NAT": "nat", "CIDR": "cider",
        "saml": "sammel", "ldap": "L dap", "HMAC": "H mac", "vlan": "V lan", "repl": "reppel", "repls": "reppels",
        "JIT": "jit", "YAGNI": "yag-nee", "CAP": "cap", "OLAP": "oh-lap", "pojo": "po-joe", "RISC": "risk",
        "RISC-V": "risk five", "CISC": "sisk", "ASIC": "ay-sick", "ASICs": "ay-sicks", "SoC": "S-O-C", "SIMD": "sim-dee",
        "NUMA": "noo-ma", "SRAM": "S ram", "SATA": "say-ta", "PCIe": "P-C-I E", "NVMe": "N-V-M E", "I2C": "I squared C",
        "UART": "you-art", "JTAG": "jay-tag", "BERT": "bert", "RoBERTa": "roberta", "GAN": "gan", "GANs": "gans",
        "ReLU": "ray-loo", "GELU": "jel-loo", "MNIST": "em-nist", "CIFAR": "see-far", "FAISS": "face", "ONNX": "on-ex",
        "WASI": "wah-zee", "JAX": "jacks", "wsgi": "whisky", "uwsgi": "you whisky", "RESTful": "restful",
        "OWASP": "oh-wasp", "RBAC": "R back", "STOMP": "stomp", "NATS": "nats", "LINQ": "link",
        "MQTT": "M-Q-T-T", "NURBS": "nurbs", "LUT": "lut", "LUTs": "luts", "WASAPI": "wah-sappy", "ALSA": "al-sa",
        "PaaS": "pass", "IaaS": "eye-ass", "FaaS": "fass", "WIP": "whip", "FOSS": "foss", "CRUD": "crud", "SPA": "S-P-A",
        "SPAs": "S-P-A's", "GUID": "goo-id", "ULID": "you-lid", "SOC": "sock", "TUI": "too-ee", "tui": "too-ee",
        "HATEOAS": "hate-ee-oss", "SPARQL": "sparkle", "ROCm": "rock em", "EOF": "E-O-F", "suse": "soo-sa",
        "opensuse": "open soo-sa", "Qt": "cute", "RAII": "R-A-I-I", "utf8": "UTF eight", "gunicorn": "jee-unicorn",
        # products
        "PyPy": "pie-pie", "PySpark": "pie-spark", "PyCharm": "pie-charm", "PyTorch": "pie-torch", "mypy": "my-pie",
        "mlflow": "M-L flow", "arxiv": "archive", "qdrant": "quadrant", "pgvector": "P-G vector", "spacy": "space-ee",
        "RxJS": "R-X JS", "qwik": "quick", "esbuild": "E-S build", "ecmascript": "ekma script", "ECMA": "ekma",
        "LuaJIT": "lua jit", "CLion": "C lion", "vscode": "V-S code", "ASP.NET": "A-S-P dot net", "k6": "K six",
        "x264": "X two sixty-four", "x265": "X two sixty-five", "libx264": "lib X two sixty-four",
        "libx265": "lib X two sixty-five", "aarch64": "arch sixty-four", "SonarQube": "sonar cube", "glTF": "G-L-T-F",
        "ed25519": "E-D two five five one nine", "curve25519": "curve two five five one nine", "AllenNLP": "Allen NLP",
        "bézier": "bez-ee-ay", "bezier": "bez-ee-ay", "eBPF": "E-B-P-F", "DSLs": "D-S-L's", "Xcode": "X code",
        "GloVe": "glove", "bson": "bee-son", "gitignore": "git ignore", "Neo4j": "neo four J", "VirtualBox": "virtual box",
        "OAuth2": "oh-auth two",
    }.items()
)  # fmt: skip
"""Terms of programming, in prose and in code; as in a dictionary, one with a capital only as it is written."""
