<#ftl output_format="JSON">
<#-- Discord. Limits: content 2000 characters, title 256, description 4096, 10 embeds, 6000 characters in all of them -->
<#import "lib.ftl" as lib>
<#assign colour = {"critical": 15158332, "high": 15105570, "medium": 15844367, "low": 3447003}[severity]!9807270>
<#macro embed incident over>
  <#list [1000, 500, 250, 100, 40] as most>
    <#local text><#outputformat "Markdown"><#list lib.facts(incident) as fact>
**${fact.name}:** ${cut(cut(fact.value), most)}
</#list>
<#list lib.links(incident) as link>[${cut(link.name, 40)}](<#noautoesc>${link.url}</#noautoesc>)<#sep> · </#sep></#list></#outputformat></#local>
    <#if text?markup_string?length lte 4096><#break></#if>
  </#list>
    <#local title><#outputformat "Markdown">#${incident.number} ${cut(incident.summary, 110)}</#outputformat></#local>
    {"title": "${title?markup_string}", "description": "${text?markup_string?trim}", "color": ${over?then(3066993, colour)}}
</#macro>
{
  <#assign content><#outputformat "Markdown">**${lib.title(250)}**
${lib.foot()}</#outputformat></#assign>
  "content": "${content?markup_string}",
  "allowed_mentions": {"parse": []},
  "embeds": [
    <#list incidents[0..*10] as incident><@embed incident false/><#sep>,</#list>
    <#if incidents?size == 0><#list ended[0..*10] as incident><@embed incident true/><#sep>,</#list></#if>
  ]
}
