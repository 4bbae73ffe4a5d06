<#ftl output_format="JSON">
<#assign text><#outputformat "Slack">${plain}</#outputformat></#assign>
{
  <#switch request!"">
    <#case "post">"channel": "${address}",<#break>
    <#case "update">"channel": "${thread?keep_before("/")}", "ts": "${thread?keep_after("/")}", "blocks": [],<#break>
    <#case "reply">"channel": "${thread?keep_before("/")}", "thread_ts": "${thread?keep_after("/")}",<#break>
  </#switch>
  "text": "${text?markup_string}"
}
