<#ftl output_format="JSON">
<#-- Microsoft Teams: an Adaptive Card. Limit: about 28 kB a message -->
<#import "lib.ftl" as lib>
<#macro markdown text><#local shown><#outputformat "Markdown">${text}</#outputformat></#local>${shown?markup_string}</#macro>
<#-- A card shows six buttons: first the page of each incident, then what acknowledges each, then what else there is; of several incidents each says of which -->
<#function actions>
  <#local first = []><#local second = []><#local third = []>
  <#list incidents + ended as incident>
    <#list lib.links(incident) as link>
      <#local action = {"name": (incidents?size + ended?size gt 1)?then("#" + incident.number + " ", "") + link.name, "url": link.url}>
      <#switch link.act!"">
        <#case "see"><#local first = first + [action]><#break>
        <#case "acknowledge"><#local second = second + [action]><#break>
        <#default><#local third = third + [action]>
      </#switch>
    </#list>
  </#list>
  <#return first + second + third>
</#function>
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
        <#list actions()[0..*6] as action>{"type": "Action.OpenUrl", "title": "${cut(action.name, 40)}", "url": "${action.url}"}<#sep>, </#list>
      ]
    }
  }]
}
