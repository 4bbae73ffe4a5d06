<#ftl output_format="Form">
<#-- SMS: three parts of a message at most are worth reading, and an icon would halve what they hold. WhatsApp takes 1,600 characters -->
<#import "lib.ftl" as lib>
<#assign whatsApp = address?starts_with("whatsapp:")>
<#assign link = lib.oneLink()>
<#macro about><#outputformat "plainText">
<#list incidents[0..*3] as incident>
#${incident.number} since ${incident.sinceTime}<#list lib.facts(incident) as fact><#if fact.name == "Acknowledged by">. ${fact.name} ${cut(fact.value, 60)}<#elseif fact.name == "What to do" && !incident.acknowledgedBy??>. ${cut(fact.value, 100)}</#if></#list>
</#list>
</#outputformat></#macro>
<#assign text><#outputformat "plainText">${whatsApp?then(lib.title(300), cut(lib.head() + ": " + summary, 200))}
<@about/></#outputformat></#assign>
<#if sender?matches("MG[0-9a-f]{32}")>MessagingServiceSid<#else>From</#if>=${sender}&To=${address}<#rt>
<#if contentSid?has_content>
<#-- a template that WhatsApp has approved, with what its {{1}}, {{2}} … stand for; it takes no line breaks there, and nothing empty -->
  <#assign known = {
    "head": lib.head(), "title": cut(lib.head() + ": " + summary, 300), "summary": cut(summary, 300), "time": time,
    "since": (incidents[0].sinceTime)!time, "link": (link?keep_after(": "))
  }>
  <#assign variables><#outputformat "JSON">{<#list contentVariables?split(",") as name><#assign value = known[name?trim]?replace("\\s+", " ", "r")>"${name?counter}": "${value?has_content?then(value, "-")}"<#sep>, </#list>}</#outputformat></#assign>
&ContentSid=${contentSid}&ContentVariables=${variables?markup_string}<#t>
<#elseif whatsApp>
&Body=${cut(text?markup_string, 1200) + link?has_content?then("\n" + link, "")}<#t>
<#else>
&Body=${sms(text?markup_string, link, 3)}<#t>
</#if>
<#if confirm??>&StatusCallback=${confirm + "?id=" + id}</#if><#t>
