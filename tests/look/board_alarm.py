"""The alarm fixture: what changes on the calm board when a stop is due."""

STATE = """      <div class="fe-state fe-high" data-alarm-id="41" data-alarm-level="high" data-alarm-text="Stop is due. Pressure 192 over 112, twice."><svg class="fe-icon" aria-hidden="true"><use href="#icon-high"/></svg><span class="fe-grow">STOP IS DUE · pressure 192/112, twice<div class="fe-why">Above 180 during infusion: pause and call the prescriber. Adopted by Dr Abara, 2 Sep 2026. <a href="/rules/THR-003/">Source: THR-003</a></div></span><span class="fe-why fe-nowrap">since {{clock:20}}<br><b data-since-ms="{{ms:20}}">1 min 40 s</b></span><form method="post" action="/visits/7/seen/" data-what="I have seen it"><input type="hidden" name="key" value="seen-1"><button class="fe-button" id="seen" data-key="a">I have seen it<kbd>A</kbd></button></form></div>
"""

NEXT = """          <form method="post" action="/visits/7/paused/" data-what="I have paused it"><input type="hidden" name="key" value="paused-1"><button class="fe-next fe-stop" id="next"><span class="fe-what">Pause the pump now</span><span class="fe-how">Then call Dr Abara, 4411. Ask: chest pain, headache, sight, breath?</span><span class="fe-how"><kbd>Enter</kbd> I have paused it</span></button></form>
"""

PRESSURE = """          <div class="fe-vital fe-of-pressure fe-bad"><div class="fe-label">Pressure<span>{{clock:22}}, <i data-age-ms="{{ms:22}}" data-stale-s="900">now</i></span></div><div class="fe-figure fe-long">192<span class="fe-sl">/</span>112</div><div class="fe-sub">+54 / +24 from 138/88<br>usual by now +12 / +8</div></div>
"""

LOG = """            <li class="fe-al"><time>{{clock:22}}</time><span class="fe-m">22 min</span><span>No answer yet: stop is due</span></li>
            <li><time>{{clock:22}}</time><span class="fe-m">22 min</span><span>Repeat 192/112, confirmed by cuff</span></li>
            <li class="fe-al"><time>{{clock:20}}</time><span class="fe-m">20 min</span><span><b>Alarm</b> pressure 190/110, above 180</span></li>
"""
