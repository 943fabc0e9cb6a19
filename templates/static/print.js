// 打印按钮只在脚本可用时出现。The button for printing appears only where scripts run.
"use strict";
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
