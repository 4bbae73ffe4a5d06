<#ftl output_format="JSON">
<#-- PagerDuty, Events API v2. Limits: summary 1024 characters, dedup_key 255, 512 kB in all -->
<#import "lib.ftl" as lib>
<#assign unseen = incidents?filter(incident -> incident.state != "acknowledged")>
<#assign action = (state == "resolved")?then("resolve", unseen?has_content?then("trigger", "acknowledge"))>
<#assign first = (incidents + ended)?first!{}>
{
  "routing_key": "${routingKey}",
  "dedup_key": "${cut(thread, 255)}",
  "event_action": "${action}",
  "client": "Caravan",
  "payload": {
    "summary": "${cut(lib.head() + ": " + summary, 1024)}",
    "source": "${cut((first.labels.provider)!"caravan", 200)}",
    "severity": "${{"critical": "critical", "high": "error", "medium": "warning"}[severity]!"info"}",
    "timestamp": "${first.since!at}",
    "component": "${cut((first.labels.fleet)!"", 200)}",
    "class": "${cut((first.labels.cause)!"", 200)}",
    "custom_details": {
      <#list incidents + ended as incident>"#${incident.number} ${cut(incident.summary, 100)}": {
        <#list lib.facts(incident) as fact>"${fact.name}": "${cut(fact.value)}"<#sep>, </#list>
      }<#sep>,
      </#list>
    }
  },
  <#assign links = []><#list incidents as incident><#assign links = links + lib.links(incident)></#list>
  "links": [<#list links[0..*10] as link>{"href": "${link.url}", "text": "${cut(link.name, 100)}"}<#sep>, </#list>]
}
