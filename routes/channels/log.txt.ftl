<#ftl output_format="plainText">
<#-- No links: they act for whoever has them, and logs are read by many -->
<#import "lib.ftl" as lib>
${lib.title(300)}
<#macro section incident over>

#${incident.number} ${cut(incident.summary)}<#if over> (resolved)</#if>
<#list lib.facts(incident) as fact>
  ${fact.name}: ${cut(fact.value)}
</#list>
</#macro>
<#list incidents as incident><@section incident false/></#list>
<#list ended as incident><@section incident true/></#list>

${lib.foot()}
