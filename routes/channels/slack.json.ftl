<#ftl output_format="JSON">
<#-- Slack: Block Kit. Limits: header 150 characters, section 3000, 50 blocks. request is post, update or reply for a bot -->
<#import "lib.ftl" as lib>
<#macro section incident over>
  <#list [1000, 500, 250, 100, 40] as most>
    <#local text><#outputformat "Slack"><#if over>~#${incident.number}~ <#else>*#${incident.number}* </#if>*${cut(incident.summary, most)}*
<#list lib.facts(incident) as fact>
*${fact.name}:* ${cut(cut(fact.value), most)}
</#list>
<#list lib.links(incident, (buttons!"") == "answers") as link><${link.url}|${cut(link.name, 40)}><#sep> · </#sep></#list></#outputformat></#local>
    <#if text?markup_string?length lte 3000><#break></#if>
  </#list>
    {"type": "section", "text": {"type": "mrkdwn", "text": "${text?markup_string?trim}"}}
</#macro>
<#macro actions incident>
  <#if (buttons!"") == "answers" && lib.presses(incident)?has_content>
    {"type": "actions", "block_id": "incident-${incident.number}", "elements": [
      <#list lib.presses(incident) as press>
      {"type": "button", "action_id": "${press.act}", "value": "${press.act}:${incident.number}", "text": {"type": "plain_text", "text": "${press.name}"}<#if press.act == "acknowledge">, "style": "primary"</#if>}<#sep>,
      </#list>
    ]},
  </#if>
</#macro>
{
  <#switch request!"">
    <#case "post">"channel": "${address}",<#break>
    <#case "update">"channel": "${thread?keep_before("/")}", "ts": "${thread?keep_after("/")}",<#break>
    <#case "reply">"channel": "${thread?keep_before("/")}", "thread_ts": "${thread?keep_after("/")}", "reply_broadcast": ${(kind != "update")?c},<#break>
  </#switch>
  <#assign fallback><#outputformat "Slack">${lib.title(500)}</#outputformat></#assign>
  "text": "${fallback?markup_string}",
  "blocks": [
    {"type": "header", "text": {"type": "plain_text", "text": "${lib.title(150)}", "emoji": true}},
    <#list incidents as incident><@section incident false/>,<@actions incident/></#list>
    <#list ended as incident><@section incident true/>,</#list>
    {"type": "context", "elements": [{"type": "plain_text", "text": "${cut(lib.foot(), 300)}", "emoji": true}]}
  ]
}
