<#ftl output_format="HTML">
<#import "lib.ftl" as lib>
<#macro section incident over>
<h3>#${incident.number} ${cut(incident.summary)}<#if over> (resolved)</#if></h3>
<table cellpadding="4">
<#list lib.facts(incident) as fact>
<tr><td valign="top"><b>${fact.name}</b></td><td style="white-space: pre-wrap">${cut(fact.value)}</td></tr>
</#list>
</table>
<p><#list lib.links(incident) as link><a href="${link.url}">${cut(link.name, 40)}</a><#sep> · </#sep></#list></p>
</#macro>
<!DOCTYPE html>
<html><head><meta charset="utf-8"></head><body style="font-family: sans-serif">
<h2>${lib.title(300)}</h2>
<#list incidents as incident><@section incident false/></#list>
<#list ended as incident><@section incident true/></#list>
<p style="color: #666">${lib.foot()}</p>
</body></html>
