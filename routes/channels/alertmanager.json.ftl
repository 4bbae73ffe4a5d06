<#ftl output_format="JSON">
<#--
  Prometheus Alertmanager, API v2. An alert there is what its labels are, and ends by itself unless it is told when: a week from now, or
  when it is resolved. When an incident has become graver, the alert of its former severity ends.
-->
<#import "lib.ftl" as lib>
<#assign week = (at?datetime.iso?long + 7 * 24 * 3600 * 1000)?number_to_datetime?iso_utc>
<#macro alert incident gravity ends>
  {
    "labels": {
      "alertname": "Caravan",
      "severity": "${gravity}",
      "incident": "${incident.key}"
      <#list incident.labels as name, value><#if !["alertname", "severity", "incident"]?seq_contains(name)>, "${name?replace("[^a-zA-Z0-9_]", "_", "r")}": "${cut(value, 200)}"</#if></#list>
    },
    "annotations": {
      "summary": "${cut(incident.summary)}",
      "number": "${incident.number}"
      <#if incident.detail??><#list lib.facts(incident) as fact>, "${fact.name?lower_case?replace("[^a-z]", "_", "r")}": "${cut(fact.value)}"</#list></#if>
    },
    "startsAt": "${incident.since}",
    "endsAt": "${ends}"
  }
</#macro>
[
  <#-- A sign of life is an alert that is always there: what watches it tells when it ends -->
  <#if kind == "heartbeat">
  {
    "labels": {"alertname": "Watchdog", "severity": "none", "service": "caravan"},
    "annotations": {"summary": "Caravan is alive. Where this ends, it is not, or can't tell."},
    "endsAt": "${until}"
  }
  </#if>
  <#assign firing = allIncidents + (others![])?filter(incident -> incident.state != "resolved")>
  <#assign over = allEnded + (others![])?filter(incident -> incident.state == "resolved")>
  <#list firing as incident>
    <@alert incident incident.severity week/>
    <#if kind == "update"><#list ["critical", "high", "medium", "low"]?filter(word -> word != incident.severity) as former>, <@alert incident former at/></#list></#if>
    <#sep>,
  </#list>
  <#if firing?has_content && over?has_content>,</#if>
  <#list over as incident><@alert incident incident.severity at/><#sep>,</#list>
]
