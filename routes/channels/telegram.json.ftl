<#ftl output_format="JSON">
<#-- Telegram: a little HTML. Limit: 4096 characters -->
<#import "lib.ftl" as lib>
<#-- what is within outputformat is escaped for HTML, macros, too -->
<#assign text><#outputformat "HTML">
<#macro section incident over>

<b>#${incident.number} ${cut(incident.summary)}</b><#if over> (resolved)</#if>
<#list lib.facts(incident) as fact>
<b>${fact.name}:</b> ${cut(fact.value)}
</#list>
<#list lib.links(incident, (buttons!"") == "answers") as link><a href="${link.url}">${cut(link.name, 40)}</a><#sep> · </#sep></#list>
</#macro>
<b>${lib.title(250)}</b>
<#list incidents as incident><@section incident false/></#list>
<#list ended as incident><@section incident true/></#list>

<i>${lib.foot()}</i></#outputformat></#assign>
{
  "chat_id": "${address?keep_before("/")}",
  <#switch request!"">
    <#case "update">"message_id": ${thread},<#break>
    <#case "reply">"reply_parameters": {"message_id": ${thread}, "allow_sending_without_reply": true},<#break>
  </#switch>
  <#if address?contains("/") && request != "update">"message_thread_id": ${address?keep_after("/")},</#if>
  <#if (buttons!"") == "answers">
  "reply_markup": {"inline_keyboard": [
    <#assign rows = []>
    <#list incidents as incident><#list lib.presses(incident) as press><#assign rows = rows + [{"press": press, "number": incident.number}]></#list></#list>
    <#list rows as row>[{"text": "<#if incidents?size gt 1>#${row.number} </#if>${row.press.name}", "callback_data": "${row.press.act}:${row.number}"}]<#sep>,
    </#list>
  ]},
  </#if>
  "text": "${text?markup_string?trim}",
  "parse_mode": "HTML",
  "link_preview_options": {"is_disabled": true}
}
