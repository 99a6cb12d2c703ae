"use strict";
(function () {
  var MOST = 100;
  var words = document.getElementById("words");
  var count = document.getElementById("count");
  var found = document.getElementById("found");
  var index = (window.ticketIndex || []).map(function (row) {
    return { id: row[0], title: row[1], status: row[2], all: row.slice(0, 4).join(" ").toLowerCase(), folder: row[4] || "t" };
  });
  function show() {
    var asked = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    var hits = asked.length ? index.filter(function (one) {
      return asked.every(function (word) { return one.all.indexOf(word) >= 0; });
    }) : [];
    found.textContent = "";
    hits.slice(0, MOST).forEach(function (one) {
      var item = document.createElement("li");
      var link = document.createElement("a");
      link.href = one.folder + "/" + encodeURIComponent(one.id + ".html");
      link.textContent = (one.folder === "t" ? one.id + " " : "") + one.title;
      item.appendChild(link);
      item.appendChild(document.createTextNode(" " + one.status));
      found.appendChild(item);
    });
    count.textContent = !asked.length ? "Type a word." : hits.length + (hits.length === 1 ? " ticket" : " tickets") +
      (hits.length > MOST ? ", the first " + MOST + " are shown" : "");
  }
  words.addEventListener("input", show);
  show();
})();
