<#--
  What the texts of all channels share. The fields of a message: docs/channels.md. cut(value) makes a text of any value and cuts it
  to what fits; cut(value, 150) to 150 characters.
-->
<#function icon>
  <#if kind == "test"><#return "🔔"></#if>
  <#if state == "resolved"><#return "✅"></#if>
  <#return {"critical": "🔴", "high": "🟠", "medium": "🟡", "low": "🔵"}[severity]!"⚪">
</#function>

<#-- Such as "Critical", "Resolved", "High, still open" -->
<#function head>
  <#if kind == "test"><#return "Test"></#if>
  <#if state == "resolved"><#return "Resolved"></#if>
  <#local ending = {"escalation": ", nobody has acknowledged", "repeat": ", still open", "update": ", changed"}[kind]!"">
  <#return severity?cap_first + ending>
</#function>

<#function title most>
  <#return icon() + " " + cut(head() + ": " + summary, most - 3)>
</#function>

<#-- A text of what a signal says: of an object its title and its sentence, of a list of objects each label with its value -->
<#function words value>
  <#if value?is_hash_ex && value.title??><#return value.title + (value.sentence??)?then(": " + value.sentence, "")></#if>
  <#if value?is_sequence>
    <#return value?map(each -> (each?is_hash_ex && each.label??)?then(each.label + ": " + (each.value!""), each))?join("; ")>
  </#if>
  <#return value>
</#function>

<#-- What helps by its cause, where that is an object -->
<#function remedy detail>
  <#local cause = (detail.cause)!"">
  <#return cause?is_hash_ex?then((cause.remedy)!"", "")>
</#function>

<#-- What there is to say of an incident, as a list of name and value -->
<#function facts incident>
  <#local detail = incident.detail!{}>
  <#local labels = incident.labels!{}>
  <#local all = [
    {"name": "Since", "value": incident.sinceTime + " (" + incident.lasted + ")" + again(incident)},
    {"name": "Zone", "value": (incident.clock??)?then((incident.clock!"") + " (times in the text)", "")},
    {"name": "Over", "value": (incident.ending)!""},
    {"name": "Explains", "value": (incident.hides)!""},
    {"name": "Asset", "value": (detail.asset)!(labels.asset)!(labels.fleet)!""},
    {"name": "Cause", "value": words((detail.cause)!(labels.cause)!"")},
    {"name": "Evidence", "value": words((detail.evidence)!"")},
    {"name": "What to do", "value": (detail.action)!(detail.remedy)!remedy(detail)},
    {"name": "To the customer", "value": (detail.draft)!(detail.customerDraft)!""},
    {"name": "Acknowledged by", "value": (incident.acknowledgedBy)!""}
  ]>
  <#return all?filter(fact -> fact.value?has_content)>
</#function>

<#-- That it was over before -->
<#function again incident>
  <#local times = (incident.reopened)!0>
  <#return (times gt 0)?then(", opened again" + (times gt 1)?then(" " + times + " times", ""), "")>
</#function>

<#-- A list of name and url: what can be done about it, unless the channel has buttons for that, and what a signal has given.
     Of many incidents each has only its page -->
<#function links incident buttons=false>
  <#local given = (incident.detail.links)!{}>
  <#local all = ((incident.answers)![])?filter(answer -> answer.url?? && (answer.act == "see" || !buttons && few()))>
  <#if given?is_hash_ex>
    <#list given as name, url>
      <#if url?is_string && url?matches("https?://[^\\s<>|\"]+")><#local all = all + [{"name": name, "url": url}]></#if>
    </#list>
  </#if>
  <#return all>
</#function>

<#-- Where there is room for one only, such as "Acknowledge #7: https://…": of the first incident that can be acknowledged, otherwise the page of the first -->
<#function oneLink>
  <#list ["acknowledge", "see"] as act>
    <#list incidents + ended as incident>
      <#list (incident.answers)![] as answer>
        <#if answer.url?? && answer.act == act><#return answer.name + " #" + incident.number + ": " + answer.url></#if>
      </#list>
    </#list>
  </#list>
  <#return "">
</#function>

<#-- What buttons of a chat do: a list of act and name -->
<#function presses incident>
  <#if !few()><#return []></#if>
  <#return ((incident.answers)![])?filter(answer -> answer.act != "see")>
</#function>

<#-- Whether there is room for what can be done about each -->
<#function few>
  <#return incidents?size lte 3>
</#function>

<#-- Such as "2 open, 1 resolved, 17 more · Monday 2 March 2026 11:00:00 CET" -->
<#function foot>
  <#local counts = []>
  <#if open gt 1 || resolved gt 0><#local counts = [open + " open"]></#if>
  <#if resolved gt 0><#local counts = counts + [resolved + " resolved"]></#if>
  <#if more gt 0><#local counts = counts + [more + " not shown"]></#if>
  <#return counts?join(", ") + counts?has_content?then(" · ", "") + time>
</#function>
