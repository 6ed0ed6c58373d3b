// Steps through the values of a chart with the keyboard, and says the one that is pointed at. Pages say everything without it.
for (const chart of document.querySelectorAll(".chart")) {
  const marks = [...chart.querySelectorAll(".mark")];
  const says = chart.closest("figure")?.querySelector(".read-out");
  if (!says || marks.length < 2) continue;
  const { title, hint } = says.dataset;
  let at = -1;
  const show = (to, otherwise = "") => {
    marks[at]?.classList.remove("on");
    at = to;
    marks[at]?.classList.add("on");
    says.textContent = marks[at]?.textContent ?? otherwise;
  };
  chart.tabIndex = 0;
  chart.role = "group";
  chart.ariaLabel = title;
  chart.ariaDescription = hint;
  chart.addEventListener("keydown", (event) => {
    const last = marks.length - 1;
    const to = {
      ArrowRight: Math.min(at + 1, last),
      ArrowLeft: Math.max(at - 1, 0),
      Home: 0,
      End: last,
      Escape: -1,
    }[event.key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    show(to);
  });
  chart.addEventListener("focus", () => show(-1, hint));
  chart.addEventListener("blur", () => show(-1));
  chart.addEventListener("pointerover", (event) => {
    const to = marks.indexOf(event.target);
    if (to >= 0) show(to);
  });
  chart.addEventListener("pointerleave", () => show(-1));
}
