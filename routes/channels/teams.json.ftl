<#ftl output_format="JSON">
<#-- Microsoft Teams: an Adaptive Card. Limit: about 28 kB a message -->
<#import "lib.ftl" as lib>
<#macro markdown text><#local shown><#outputformat "Markdown">${text}</#outputformat></#local>${shown?markup_string}</#macro>
<#macro section incident over>
        {"type": "TextBlock", "wrap": true, "separator": true, "weight": "Bolder", "text": "\\#${incident.number} <@markdown cut(incident.summary)/><#if over> (resolved)</#if>"},
        {"type": "FactSet", "facts": [
          <#list lib.facts(incident) as fact>{"title": "${fact.name}", "value": "<@markdown cut(fact.value)/>"}<#sep>,
          </#list>
        ]}
</#macro>
{
  "type": "message",
  "attachments": [{
    "contentType": "application/vnd.microsoft.card.adaptive",
    "contentUrl": null,
    "content": {
      "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
      "type": "AdaptiveCard",
      "version": "1.2",
      "fallbackText": "<@markdown lib.title(300)/>",
      "msteams": {"width": "Full"},
      "body": [
        {"type": "TextBlock", "wrap": true, "size": "Large", "weight": "Bolder", "color": "${(state == "resolved")?then("Good", "Attention")}", "text": "<@markdown lib.title(300)/>"},
        <#list incidents as incident><@section incident false/>,</#list>
        <#list ended as incident><@section incident true/>,</#list>
        {"type": "TextBlock", "wrap": true, "isSubtle": true, "size": "Small", "text": "<@markdown lib.foot()/>"}
      ],
      "actions": [
        <#assign links = []><#list incidents as incident><#assign links = links + lib.links(incident)></#list>
        <#list links[0..*5] as link>{"type": "Action.OpenUrl", "title": "${cut(link.name, 40)}", "url": "${link.url}"}<#sep>, </#list>
      ]
    }
  }]
}
