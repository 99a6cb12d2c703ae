// Move a card by dragging it: the same form is sent as by its button. Show the moved card after a move.
(function () {
  "use strict";
  var dragged = null;
  document.addEventListener("dragstart", function (event) {
    var card = event.target.closest ? event.target.closest(".card") : null;
    if (card && card.querySelector("form")) {
      dragged = card;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", card.id);
    }
  });
  function allowedIn(event) {
    var column = event.target.closest ? event.target.closest(".column") : null;
    if (!dragged || !column) return null;
    var option = Array.prototype.find.call(dragged.querySelectorAll("option"), function (one) {
      return one.value === column.dataset.status;
    });
    return option ? column : null;
  }
  document.addEventListener("dragover", function (event) {
    if (allowedIn(event)) event.preventDefault();
  });
  document.addEventListener("drop", function (event) {
    var column = allowedIn(event);
    if (!column) return;
    event.preventDefault();
    dragged.querySelector("select").value = column.dataset.status;
    dragged.querySelector("form").requestSubmit();
  });
  document.addEventListener("dragend", function () { dragged = null; });
  var moved = location.hash ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  if (moved) moved.focus();
})();
