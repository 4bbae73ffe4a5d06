<#ftl output_format="JSON">
<#assign action = (state == "resolved")?then("resolve", "trigger")>
{
  "routing_key": "${routingKey}",
  "dedup_key": "${cut(thread, 255)}",
  "event_action": "${action}",
  "payload": {
    "summary": "${cut(plain, 1024)}",
    "source": "caravan",
    "severity": "${{"critical": "critical", "high": "error", "medium": "warning"}[severity]!"info"}"
  }
}
