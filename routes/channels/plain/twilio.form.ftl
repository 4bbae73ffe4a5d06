<#ftl output_format="Form">
<#if sender?matches("MG[0-9a-f]{32}")>MessagingServiceSid<#else>From</#if>=${sender}&To=${address}&Body=${sms(plain, "", 3)}<#if confirm??>&StatusCallback=${confirm + "?id=" + id}</#if>
