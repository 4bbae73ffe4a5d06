<#ftl output_format="Form">
<#-- SMS: three parts of a message at most are worth reading -->
<#import "lib.ftl" as lib>
<#assign text><#outputformat "plainText">${cut(lib.title(200), 200)}
<#list incidents[0..*3] as incident>
#${incident.number} since ${incident.sinceTime}<#list lib.facts(incident) as fact><#if fact.name == "What to do">. ${cut(fact.value, 100)}</#if></#list>
</#list>
</#outputformat></#assign>
From=${sender}&To=${address}&Body=${cut(text, 450)}<#if confirm??>&StatusCallback=${confirm + "?id=" + id}</#if>
