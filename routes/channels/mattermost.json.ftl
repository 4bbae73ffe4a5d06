<#ftl output_format="JSON">
<#-- Mattermost: Markdown. Limit: 16383 characters -->
<#import "lib.ftl" as lib>
<#assign text><#outputformat "Markdown">
#### ${lib.title(250)}
<#macro section incident over>

**#${incident.number} ${cut(incident.summary)}**<#if over> (resolved)</#if>
<#list lib.facts(incident) as fact>
- **${fact.name}:** ${cut(fact.value)?replace("\\s*\n\\s*", " ", "r")}
</#list>
<#list lib.links(incident) as link>[${cut(link.name, 40)}](<#noautoesc>${link.url}</#noautoesc>)<#sep> · </#sep></#list>
</#macro>
<#list incidents as incident><@section incident false/></#list>
<#list ended as incident><@section incident true/></#list>

${lib.foot()}
</#outputformat></#assign>
{
  <#if address?has_content>"channel": "${address}",</#if>
  "text": "${text?markup_string?trim}"
}
