self.addEventListener("fetch", (e) => e.respondWith(fetch("http://127.0.0.1:@PORT@/sw", {mode: "no-cors"})));
fetch("http://127.0.0.1:@PORT@/install", {mode: "no-cors"});
