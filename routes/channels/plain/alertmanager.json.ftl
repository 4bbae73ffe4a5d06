<#ftl output_format="JSON">
[<#list incidents + ended as incident>
  {
    "labels": {"alertname": "Caravan", "severity": "${incident.severity}", "incident": "${incident.key}"},
    "annotations": {"summary": "${cut(incident.summary)}"},
    "startsAt": "${incident.since}"<#if incident?index gte incidents?size>,
    "endsAt": "${at}"</#if>
  }<#sep>,
</#list>]
