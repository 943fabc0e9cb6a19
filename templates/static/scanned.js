// 二维码网址的“#”后面是凭证，浏览器不会把它发给服务器。这里读一次，从地址栏去掉，等您按按钮才送去核验。
// What follows "#" in the QR's address is the credential, and a browser never sends it. This reads it once, takes it off
// the address bar, and waits for a press of the button.
"use strict";
{
  const digits = location.hash.slice(1);
  const carried = /^[0-9]{1,2600}$/.test(digits);
  if (location.hash) {
    history.replaceState(null, "", location.pathname + location.search);
  }
  if (carried) {
    // 只取数字：这台服务器的主机名不是印在证明上的证据。The digits alone: this server's name is no evidence of what was printed.
    document.getElementById("text").value = digits;
    document.getElementById("typed").hidden = true;
  }
  document.getElementById(carried ? "carried" : "missing").hidden = false;
}
