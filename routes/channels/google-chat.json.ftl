<#ftl output_format="JSON">
<#-- Google Chat: a card. Its texts know a little HTML. Limit: 32 kB a message -->
<#import "lib.ftl" as lib>
<#macro html text><#local shown><#outputformat "HTML">${text}</#outputformat></#local>${shown?markup_string}</#macro>
<#macro section incident over>
        {"header": "${over?then("✅ ", "")}#${incident.number} <@html cut(incident.summary)/>", "widgets": [
          <#list lib.facts(incident) as fact>{"decoratedText": {"topLabel": "${fact.name}", "text": "<@html cut(fact.value)/>", "wrapText": true}}<#sep>,
          </#list>
          <#assign links = lib.links(incident)>
          <#if links?has_content>,{"buttonList": {"buttons": [<#list links as link>{"text": "${cut(link.name, 40)}", "onClick": {"openLink": {"url": "${link.url}"}}}<#sep>, </#list>]}}</#if>
        ]}
</#macro>
{
  "text": "${lib.title(250)?replace("<", "‹")?replace(">", "›")}",
  "thread": {"threadKey": "${thread}"},
  "cardsV2": [{"cardId": "${id}", "card": {
      "header": {"title": "${lib.title(200)}", "subtitle": "${cut(lib.foot(), 200)}"},
      "sections": [
        <#list incidents + ended as incident><@section incident, (incident?index gte incidents?size)/><#sep>,</#list>
      ]
  }}]
}
