<#ftl output_format="plainText">
<#import "lib.ftl" as lib>
${lib.title(300)}
<#macro section incident over>
#${incident.number} ${cut(incident.summary)}<#if over> (resolved)</#if>
<#list lib.facts(incident) as fact>
· ${fact.name}: ${cut(fact.value)}
</#list>
<#list lib.links(incident) as link>
· ${cut(link.name, 40)}: ${link.url}
</#list>
</#macro>
<#list incidents as incident><@section incident false/></#list>
<#list ended as incident><@section incident true/></#list>
${lib.foot()}
