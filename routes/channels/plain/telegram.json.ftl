<#ftl output_format="JSON">
{
  "chat_id": "${address?keep_before("/")}",
  <#switch request!"">
    <#case "update">"message_id": ${thread},<#break>
    <#case "reply">"reply_parameters": {"message_id": ${thread}, "allow_sending_without_reply": true},<#break>
  </#switch>
  <#if address?contains("/") && request != "update">"message_thread_id": ${address?keep_after("/")},</#if>
  "text": "${plain}"
}
